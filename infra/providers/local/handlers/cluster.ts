import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { toolPath } from "../../../../toolchain/toolPath";
import { etcdFlags, etcdOverrides } from "../manifests/etcdFlags";
import { kwokConfiguration } from "../manifests/kwok";
import { type Instance, instanceOf, repositoryRoot, writePrivate } from "../instance";
import { kubeGet, kubeconfigOf, waitFor } from "../../../kube/kube";
import { removeLogs } from "../logFiles";
import { releasePorts } from "../ports";
import { clusterProcessName } from "../../../plan/names";
import { processesOf, refuseTakenPorts } from "../processes";
import { isUp, resume, supervise, supervisedNames, unsupervise } from "../supervisor";
import { issueFrontProxy } from "../certificates";
import type { Handler } from "../../../provider/handler";

/** Ports of one cluster's components, on loopback. */
export interface ClusterPorts {
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** A Kubernetes control plane of real processes, made by kwokctl. */
export interface ClusterInputs {
  /** Folder that holds the instances. */
  readonly home: string;
  readonly environment: string;
  readonly name: string;
  readonly ports: ClusterPorts;
  readonly kubernetesVersion: string;
  /** kwokctl's names of the components that run. */
  readonly components: readonly string[];
  /** Further flags, by component, without their dashes. */
  readonly extraArgs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether other API servers stand behind this one, which needs a front-proxy certificate. */
  readonly aggregation: boolean;
}

export interface ClusterOutputs {
  /** Kubeconfig of an administrator, certificates inside. Secret. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** The cluster's certificate authority, PEM. */
  readonly ca: string;
}

/** Time that an API server gets to answer, in seconds; it takes 3 on an idle machine with 2 cores. */
const startSeconds = 120;

/** Creates, starts, watches and deletes clusters. The supervisor keeps each running. */
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
      // Without its data it would be another cluster, with another authority.
      if (fs.existsSync(pkiDir(instance, old.name))) await createOrAdopt(instance, old);
      return;
    }
    if (await answersNow(old)) return;
    // Whoever took one of its ports meanwhile is named here; waiting for the cluster would be in vain.
    refuseTakenPorts(instance, portPurposes(old));
    if (!(await isUp(instance))) await resume(instance);
    await ready(old);
  },
};

/** Ends a cluster and removes all that it has on this machine, ports included. What is gone already is no error. */
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

/** One that an earlier run left half made is adopted as it is, or described anew where it should differ. */
async function createOrAdopt(instance: Instance, inputs: ClusterInputs): Promise<void> {
  const file = configFile(instance, inputs.name);
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  const wanted = await configurationText(instance, inputs);
  if (before === undefined || before === wanted) await run(instance, inputs);
  else await recreateKeepingData(instance, inputs);
}

/** Flags are fixed when kwokctl creates a cluster: it is stopped and described again over its data. */
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

/** Where cluster-process.sh finds the data of a cluster whose flags have changed. */
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

function pkiDir(instance: Instance, cluster: string): string {
  return path.join(instance.clustersDir, "clusters", cluster, "pki");
}

/** The certificates appear while the cluster is created, so they are read at each try. */
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

/** kwokctl's configuration and, for the simulated nodes, KWOK's. */
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
  ];
}

function kwokctlOptions(inputs: ClusterInputs): object {
  return {
    runtime: "binary",
    // Loopback only: kwokctl's default listens on every interface of the machine.
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

/** Flags as kwokctl takes them: those of its own that are replaced, then further ones. */
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
 * Has kwokctl describe an existing cluster anew over its data: the whole folder is set aside in one
 * rename, and cluster-process.sh takes data and certificates out of it.
 */
function moveDataAside(instance: Instance, name: string): void {
  const dir = path.join(instance.clustersDir, "clusters", name);
  const kept = keptDir(instance, name);
  // Not there: set aside by an earlier run that was cut short, or never made.
  if (!fs.existsSync(kept) && fs.existsSync(dir)) fs.renameSync(dir, kept);
}
