import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Instance,
  instanceOf,
  prepareInstance,
  writePrivate,
} from "../../../../infra/providers/local/instance";
import { applyObjects, certificateConnectionOf } from "../../../../infra/kube/kube";
import { allocatePorts } from "../../../../infra/providers/local/ports";
import { endInstance } from "../../instance";
import {
  cluster,
  type ClusterInputs,
  type ClusterPorts,
} from "../../../../infra/providers/local/handlers/cluster";
import type { Properties } from "../../../../infra/provider/handler";
import { nodePool } from "../../../../infra/providers/local/handlers/nodePool";
import { clusterPortNames } from "../../../../infra/plan/ports";
import { kubernetesVersion } from "../../../../infra/plan/versions";
import { ClusterNetwork } from "../clusterNetwork";
import { readFacts } from "../facts";
import type { AwsResource } from "../table";
import { autoModeDefinitions } from "./autoMode";
import { nodesOf } from "./nodes";

/** Range of a cluster's services where its inputs name none, as EKS chooses one. */
const defaultServices = "10.100.0.0/16";

/** Starts a real control plane with simulated nodes, and brings what EKS Auto Mode brings. */
export async function createCluster(
  world: string,
  resource: AwsResource,
  outputs: Properties,
): Promise<Properties> {
  const { region, inputs } = resource;
  const name = nameOf(resource, outputs);
  const instance = clusterInstance(world, region, name);
  if (fs.existsSync(credentialFile(instance))) {
    throw new Error(
      "operation error EKS: CreateCluster, https response error StatusCode: 409, " +
        `ResourceInUseException: Cluster already exists with name: ${name}`,
    );
  }
  prepareInstance(instance);
  const made = await cluster.create(await inputsOf(world, instance, name, inputs));
  const { kubeconfig, server, ca } = made.outputs;
  await applyObjects(kubeconfig, autoModeDefinitions);
  const zones = readFacts(world).regions[region]?.zones ?? [];
  const nodes = nodesOf(region, zones);
  await nodePool.create({ kubeconfig, region, nodes });
  writePrivate(credentialFile(instance), JSON.stringify(credentialOf(kubeconfig)));
  return {
    name,
    endpoint: server,
    certificateAuthority: { data: Buffer.from(ca).toString("base64") },
  };
}

/** Ends the control plane with all that stands on it. One that is not there is no error. */
export async function deleteCluster(world: string, region: string, name: string): Promise<void> {
  const instance = clusterInstance(world, region, name);
  fs.rmSync(credentialFile(instance), { force: true });
  await endInstance(instance);
  new ClusterNetwork(world, instance).remove();
  fs.rmSync(instance.dir, { recursive: true, force: true, maxRetries: 3 });
}

/** The clusters that run in a world, or in one of its regions. */
export function clusterInstances(world: string, region?: string): Instance[] {
  const home = clustersHome(world);
  if (!fs.existsSync(home)) return [];
  return fs
    .readdirSync(home)
    .filter((entry) => region === undefined || entry.startsWith(`${region}.`))
    .map((entry) => instanceOf(entry, home));
}

/** The instance of one cluster: each has processes, ports and a supervisor of its own. */
export function clusterInstance(world: string, region: string, name: string): Instance {
  return instanceOf(`${region}.${name}`, clustersHome(world));
}

/** Kubeconfig of an administrator. */
export function clusterKubeconfig(world: string, region: string, name: string): string {
  const { filesDir } = clusterInstance(world, region, name);
  return fs.readFileSync(path.join(filesDir, `${name}.kubeconfig`), "utf8");
}

function clustersHome(world: string): string {
  return path.join(world, "clusters");
}

/** What the stand-in for the `aws` command answers with. */
function credentialFile(instance: Instance): string {
  return path.join(instance.dir, "credential.json");
}

function credentialOf(kubeconfig: string) {
  const { certificate, key } = certificateConnectionOf(kubeconfig);
  return { clientCertificateData: certificate, clientKeyData: key };
}

function nameOf(resource: AwsResource, outputs: Properties): string {
  const name = resource.inputs["name"] ?? outputs["name"] ?? resource.name;
  return name as string;
}

async function inputsOf(
  world: string,
  instance: Instance,
  name: string,
  inputs: Properties,
): Promise<ClusterInputs> {
  const names = clusterPortNames(name);
  const allocated = await allocatePorts(instance, Object.values(names));
  const ports = Object.fromEntries(
    Object.entries(names).map(([part, port]) => [part, allocated[port]]),
  ) as unknown as ClusterPorts;
  const network = inputs["kubernetesNetworkConfig"] as { serviceIpv4Cidr?: string } | undefined;
  const services = { "service-cluster-ip-range": network?.serviceIpv4Cidr ?? defaultServices };
  // One of each: none need wait for another's lease.
  const alone = { "leader-elect": "false" };
  return {
    home: clustersHome(world),
    environment: instance.environment,
    name,
    ports,
    kubernetesVersion,
    components: [
      ...["etcd", "kube-apiserver", "kube-controller-manager"],
      ...["kube-scheduler", "kwok-controller"],
    ],
    extraArgs: {
      "kube-apiserver": { ...services, ...new ClusterNetwork(world, instance).describe() },
      "kube-controller-manager": { ...services, ...alone },
      "kube-scheduler": alone,
    },
    aggregation: false,
  };
}
