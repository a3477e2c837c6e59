import * as fs from "node:fs";
import * as path from "node:path";
import { toolPath } from "../../../../toolchain";
import { type Kind, permissiveDefinition } from "../definitions";

/** What a stand-in chart brings beside the record of its values. */
export interface Brought {
  /** Definitions by file name, YAML or JSON, for the chart's folder `crds`: Helm applies them as they are. */
  readonly definitions: Readonly<Record<string, string>>;
  /** Objects that are made as they are. */
  readonly objects: readonly object[];
  /** Templates that Helm fills in, YAML. */
  readonly templates: readonly string[];
}

/** What the charts are given of the world that they are installed in. */
export interface ChartWorld {
  /** Kubeconfig of the federation's API server, as Karmada's chart would make it. Absent: there is none. */
  readonly federationKubeconfig?: string;
}

const externalSecrets = { group: "external-secrets.io", version: "v1" };
const strimzi = { group: "kafka.strimzi.io", version: "v1", scope: "Namespaced" as const };
const velero = { group: "velero.io", version: "v1", scope: "Namespaced" as const };

/** By the chart's name. One that is not here brings nothing. */
const brings: Readonly<Record<string, (world: ChartWorld) => Partial<Brought>>> = {
  "argo-cd": () => ({ definitions: folderOf("argocd-manifests"), ...argocdSettings() }),
  traefik: () => ({ definitions: folderOf("traefik-crds") }),
  "traefik-crds": () => ({ definitions: folderOf("traefik-crds") }),
  karmada: ({ federationKubeconfig }) => ({
    objects: [
      ...(federationKubeconfig === undefined ? [] : [kubeconfigSecret(federationKubeconfig)]),
      ...karmadaWorkloads.map(workload),
    ],
  }),
  "external-secrets": () => ({
    definitions: permissive([
      {
        ...externalSecrets,
        ...{ kind: "ClusterSecretStore", plural: "clustersecretstores", scope: "Cluster" },
      },
      {
        ...externalSecrets,
        ...{ kind: "ClusterExternalSecret", plural: "clusterexternalsecrets", scope: "Cluster" },
      },
      {
        ...externalSecrets,
        ...{ kind: "SecretStore", plural: "secretstores", scope: "Namespaced" },
      },
      {
        ...externalSecrets,
        ...{ kind: "ExternalSecret", plural: "externalsecrets", scope: "Namespaced" },
      },
    ]),
  }),
  "strimzi-kafka-operator": () => ({
    definitions: permissive([
      { ...strimzi, kind: "Kafka", plural: "kafkas" },
      { ...strimzi, kind: "KafkaNodePool", plural: "kafkanodepools" },
      { ...strimzi, kind: "KafkaTopic", plural: "kafkatopics" },
      { ...strimzi, kind: "KafkaUser", plural: "kafkausers" },
      { ...strimzi, kind: "KafkaMirrorMaker2", plural: "kafkamirrormaker2s" },
    ]),
  }),
  velero: () => ({
    definitions: permissive([
      { ...velero, kind: "Backup", plural: "backups" },
      { ...velero, kind: "BackupStorageLocation", plural: "backupstoragelocations" },
      { ...velero, kind: "Restore", plural: "restores" },
      { ...velero, kind: "Schedule", plural: "schedules" },
      { ...velero, kind: "VolumeSnapshotLocation", plural: "volumesnapshotlocations" },
    ]),
  }),
  "argo-rollouts": () => ({ definitions: folderOf("argo-rollouts-crds") }),
};

/** What a chart brings in this world. */
export function broughtBy(chart: string, world: ChartWorld): Brought {
  return { definitions: {}, objects: [], templates: [], ...brings[chart]?.(world) };
}

function permissive(kinds: readonly Kind[]): Record<string, string> {
  return Object.fromEntries(
    kinds.map((kind) => [`${kind.plural}.yaml`, JSON.stringify(permissiveDefinition(kind))]),
  );
}

/** The files of a bundle in the tool cache. */
function folderOf(tool: Parameters<typeof toolPath>[0]): Record<string, string> {
  const dir = toolPath(tool);
  const files = fs.readdirSync(dir).filter((file) => /\.ya?ml$/.test(file));
  return Object.fromEntries(
    files.map((file) => [file, fs.readFileSync(path.join(dir, file), "utf8")]),
  );
}

/** Deployments of Karmada's chart, each with one container of its own name. Simulated nodes take their pods. */
const karmadaWorkloads = [
  ...["karmada-aggregated-apiserver", "karmada-apiserver", "karmada-controller-manager"],
  ...["karmada-kube-controller-manager", "karmada-scheduler", "karmada-webhook"],
];

/** As the chart has them, so that what the platform adds to them finds them. */
function workload(name: string): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image: "stand-in.invalid/none", command: [name] }] },
      },
    },
  };
}

/** What the chart makes of its values, and what Argo CD's server makes as it starts. */
function argocdSettings(): Partial<Brought> {
  const metadata = (name: string) => ({
    name,
    labels: { "app.kubernetes.io/part-of": "argocd" },
  });
  const map = (name: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(name),
  });
  const filled = (name: string, values: string) =>
    `${JSON.stringify(map(name)).slice(0, -1)},"data":{{ ${values} | default dict | toJson }}}`;
  const empty = ["argocd-gpg-keys-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm"];
  const key = Buffer.from("the key of a stand-in's sessions").toString("base64");
  return {
    templates: [
      filled("argocd-cm", ".Values.configs.cm"),
      filled("argocd-cmd-params-cm", ".Values.configs.params"),
      filled("argocd-rbac-cm", ".Values.configs.rbac"),
    ],
    objects: [
      ...empty.map(map),
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: metadata("argocd-secret"),
        data: { "server.secretkey": key },
      },
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "AppProject",
        metadata: { name: "default" },
        spec: {
          clusterResourceWhitelist: [{ group: "*", kind: "*" }],
          destinations: [{ namespace: "*", server: "*" }],
          sourceRepos: ["*"],
        },
      },
    ],
  };
}

/** The Secret that Karmada's chart leaves for administrators. */
function kubeconfigSecret(kubeconfig: string): object {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "karmada-kubeconfig" },
    data: { kubeconfig: Buffer.from(kubeconfig).toString("base64") },
  };
}
