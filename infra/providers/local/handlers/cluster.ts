import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { toolPath } from "../../../../toolchain/toolPath";
import { etcdFlags, etcdOverrides } from "../manifests/etcdFlags";
import { kwokConfiguration } from "../manifests/kwok";
import { nodeStages } from "../manifests/nodeStages";
import { podStages } from "../manifests/podStages";
import { type Instance, instanceOf, pkiDir, repositoryRoot, writePrivate } from "../instance";
import { kubeGet, kubeconfigOf, waitFor } from "../../../kube/kube";
import { removeLogs } from "../logFiles";
import { releasePorts } from "../ports";
import { clusterProcessName } from "../../../plan/names";
import { processesOf, refuseTakenPorts } from "../processes";
import {
  isUp,
  resume,
  startIfStopped,
  supervise,
  supervisedNames,
  unsupervise,
} from "../supervisor";
import { issueFrontProxy } from "../certificates";
import type { Handler } from "../../../provider/handler";

/** Ports of one cluster's components, on loopback. */
export interface ClusterPorts {
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** A Kubernetes control plane of real processes, created by kwokctl. */
export interface ClusterInputs {
  /** Folder that contains the instances. */
  readonly home: string;
  readonly environment: string;
  readonly name: string;
  readonly ports: ClusterPorts;
  readonly kubernetesVersion: string;
  /** Components that run, by kwokctl's names. */
  readonly components: readonly string[];
  /** Additional flags by component, without dashes. */
  readonly extraArgs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether this API server forwards requests to other API servers, which requires a front-proxy certificate. */
  readonly aggregation: boolean;
  /** Whether pods that refer to objects start only once a simulator admits them (`services/dataplane`). Default: false. */
  readonly checksReferences?: boolean;
}

export interface ClusterOutputs {
  /** Kubeconfig of an administrator, with embedded certificates. Secret. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** The cluster's certificate authority, PEM. */
  readonly ca: string;
}

/** Timeout of an API server's start, seconds. It takes 3 s on an idle machine with 2 cores. */
const startSeconds = 120;

/** Creates, starts, checks and deletes clusters. The supervisor restarts their processes. */
export const cluster: Handler<ClusterInputs, ClusterOutputs> = {
  replaceOn: ["home", "environment", "name"],
  recomputeOn: ["ports"],

  async create(inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    refuseTakenPorts(instance, portPurposes(inputs));
    await createOrAdopt(instance, inputs);
    return { id: inputs.name, outputs: await outputsOf(instance, inputs) };
  },

  async update(_id, _old, inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    await recreateKeepingData(instance, inputs);
    return outputsOf(instance, inputs);
  },

  async delete(id, old) {
    const instance = instanceOf(old.environment, old.home);
    await removeCluster(instance, id);
  },

  async ensureRunning(_id, old) {
    const instance = instanceOf(old.environment, old.home);
    if (!supervisedNames(instance).includes(clusterProcessName(old.name))) {
      // Without its data it would be a different cluster, with a different authority.
      if (fs.existsSync(pkiDir(instance, old.name))) await createOrAdopt(instance, old);
      return;
    }
    if (await answersNow(old)) return;
    // Fails with the process that has taken one of its ports: waiting for the cluster would be in vain.
    refuseTakenPorts(instance, portPurposes(old));
    if (!(await isUp(instance))) await resume(instance);
    await startIfStopped(instance, clusterProcessName(old.name));
    await ready(old);
  },
};

/** Stops a cluster and removes everything of it from this machine, ports included. Absent parts are no error. */
export async function removeCluster(instance: Instance, name: string): Promise<void> {
  await unsupervise(instance, clusterProcessName(name));
  await waitFor(`Cluster ${name} stops`, 30, () => stopped(instance, name));
  const { clustersDir } = instance;
  for (const place of [
    path.join(clustersDir, "clusters", name),
    keptDir(instance, name),
    `${keptDir(instance, name)}.done`,
    frontProxyDir(instance, name),
    configFile(instance, name),
    kubeconfigFile(instance, name),
  ])
    fs.rmSync(place, { recursive: true, force: true });
  removeLogs(instance, clusterProcessName(name));
  releasePorts(instance, `${name}/`);
}

function portPurposes({ name, ports }: ClusterInputs): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ports).map(([part, port]) => [`${part} of cluster ${name}`, port as number]),
  );
}

/** Creates a cluster. A partly created one of an earlier run is adopted, or re-created over its data if its configuration differs. */
async function createOrAdopt(instance: Instance, inputs: ClusterInputs): Promise<void> {
  const file = configFile(instance, inputs.name);
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  const wanted = await configurationText(instance, inputs);
  if (before === undefined || before === wanted) await run(instance, inputs);
  else await recreateKeepingData(instance, inputs);
}

/** kwokctl sets flags only when it creates a cluster: the cluster is stopped and re-created over its data. */
async function recreateKeepingData(instance: Instance, inputs: ClusterInputs): Promise<void> {
  await unsupervise(instance, clusterProcessName(inputs.name));
  await waitFor(`Cluster ${inputs.name} stops`, 30, () => stopped(instance, inputs.name));
  moveDataAside(instance, inputs.name);
  await run(instance, inputs);
}

function configFile(instance: Instance, cluster: string): string {
  return path.join(instance.filesDir, `${cluster}.kwokctl.yaml`);
}

async function run(instance: Instance, inputs: ClusterInputs): Promise<void> {
  const config = configFile(instance, inputs.name);
  writePrivate(config, await configurationText(instance, inputs));
  await supervise(instance, clusterProcessName(inputs.name), {
    command: [
      path.join(repositoryRoot, "infra/providers/local/cluster-process.sh"),
      toolPath("kwokctl"),
      inputs.name,
      config,
      kubeconfigFile(instance, inputs.name),
    ],
    environment: { KWOK_WORKDIR: instance.clustersDir },
    stopSeconds: 15,
  });
  await waitFor(`Cluster ${inputs.name} is ready`, startSeconds, () => answers(instance, inputs));
}

function kubeconfigFile(instance: Instance, cluster: string): string {
  return path.join(instance.filesDir, `${cluster}.kubeconfig`);
}

function frontProxyDir(instance: Instance, cluster: string): string {
  return path.join(instance.filesDir, "front-proxy", cluster);
}

/** Folder from which cluster-process.sh restores the data of a cluster whose flags have changed. */
function keptDir(instance: Instance, cluster: string): string {
  return path.join(instance.clustersDir, `kept-${cluster}`);
}

async function outputsOf(instance: Instance, inputs: ClusterInputs): Promise<ClusterOutputs> {
  const pki = pkiDir(instance, inputs.name);
  const server = serverOf(inputs);
  const kubeconfig = kubeconfigOf(inputs.name, server, pki);
  writePrivate(kubeconfigFile(instance, inputs.name), kubeconfig);
  return Promise.resolve({
    kubeconfig,
    server,
    ca: fs.readFileSync(path.join(pki, "ca.crt"), "utf8"),
  });
}

function serverOf(inputs: ClusterInputs): string {
  return `https://127.0.0.1:${inputs.ports.apiServer}`;
}

/** The certificates are written while the cluster is created, so each attempt reads them. */
async function answers(instance: Instance, inputs: ClusterInputs): Promise<void> {
  const pki = pkiDir(instance, inputs.name);
  await kubeGet(kubeconfigOf(inputs.name, serverOf(inputs), pki), "/readyz", 2000);
}

function ready(old: ClusterInputs & ClusterOutputs): Promise<void> {
  return waitFor(`Cluster ${old.name} is ready`, startSeconds, () =>
    kubeGet(old.kubeconfig, "/readyz", 2000),
  );
}

async function answersNow(old: ClusterInputs & ClusterOutputs): Promise<boolean> {
  try {
    await kubeGet(old.kubeconfig, "/readyz", 1000);
    return true;
  } catch {
    return false;
  }
}

function stopped(instance: Instance, cluster: string): Promise<boolean> {
  const dir = path.join(instance.clustersDir, "clusters", cluster) + path.sep;
  return Promise.resolve(!processesOf(instance).some(({ command }) => command.includes(dir)));
}

async function configurationText(instance: Instance, inputs: ClusterInputs): Promise<string> {
  const documents = await kwokctlConfiguration(instance, inputs);
  return documents.map((one) => stringify(one)).join("---\n");
}

/** kwokctl's configuration and KWOK's, for the simulated nodes. */
async function kwokctlConfiguration(instance: Instance, inputs: ClusterInputs): Promise<object[]> {
  const frontProxy = inputs.aggregation
    ? await issueFrontProxy(frontProxyDir(instance, inputs.name))
    : {};
  return [
    {
      apiVersion: "config.kwok.x-k8s.io/v1alpha1",
      kind: "KwokctlConfiguration",
      options: kwokctlOptions(inputs),
      componentsPatches: patchesOf({
        etcd: etcdFlags,
        ...inputs.extraArgs,
        "kube-apiserver": { ...inputs.extraArgs["kube-apiserver"], ...frontProxy },
      }),
    },
    kwokConfiguration,
    ...(inputs.checksReferences === true ? [...nodeStages, ...podStages] : []),
  ];
}

function kwokctlOptions(inputs: ClusterInputs): object {
  return {
    runtime: "binary",
    // Loopback only: by default, kwokctl listens on every interface of the machine.
    bindAddress: "127.0.0.1",
    components: inputs.components,
    disableQPSLimits: true,
    kubeVersion: inputs.kubernetesVersion,
    kubeApiserverPort: inputs.ports.apiServer,
    kubeControllerManagerPort: inputs.ports.controllerManager,
    kubeSchedulerPort: inputs.ports.scheduler,
    kwokControllerPort: inputs.ports.kwok,
    etcdBinary: toolPath("etcd"),
    kubeApiserverBinary: toolPath("kube-apiserver"),
    kubeControllerManagerBinary: toolPath("kube-controller-manager"),
    kubeSchedulerBinary: toolPath("kube-scheduler"),
    kwokControllerBinary: toolPath("kwok"),
    kubectlBinary: toolPath("kubectl"),
  };
}

/** Flags in kwokctl's format: overrides of its own flags, then additional ones. */
function patchesOf(extraArgs: ClusterInputs["extraArgs"]): object[] {
  const names = new Set([...Object.keys(etcdOverrides), ...Object.keys(extraArgs)]);
  return [...names].map((name) => ({
    name,
    extraArgs: [
      ...argsOf(etcdOverrides[name]).map((arg) => ({ ...arg, override: true })),
      ...argsOf(extraArgs[name]),
    ],
  }));
}

function argsOf(flags: Readonly<Record<string, string>> = {}): { key: string; value: string }[] {
  return Object.entries(flags).map(([key, value]) => ({ key, value }));
}

/**
 * Prepares the re-creation of an existing cluster over its data: renames the whole folder at once, and cluster-process.sh
 * restores data and certificates from it.
 */
function moveDataAside(instance: Instance, name: string): void {
  const dir = path.join(instance.clustersDir, "clusters", name);
  const kept = keptDir(instance, name);
  // If the folder is absent, an interrupted earlier run has moved it, or the cluster was never created.
  if (!fs.existsSync(kept) && fs.existsSync(dir)) fs.renameSync(dir, kept);
}
