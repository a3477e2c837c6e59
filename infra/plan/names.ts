import { reservedRegionNames } from "../config/reserved";

/** The only module that builds names. Names are identities: changing one of these rules replaces running resources. */

/** The management cluster, and the federation's API server. */
export const [hubClusterName, federationClusterName] = reservedRegionNames;

/** A region's cluster has the region's name: one name for commands, logs and selectors. */
export function clusterName(region: string): string {
  return region;
}

/** "eu-west-1" and "a" give "eu-west-1a", the form that AWS uses. */
export function zoneName(region: string, suffix: string): string {
  return `${region}${suffix}`;
}

/** "eu-west-1a-0" for the first node of a zone. */
export function nodeName(zone: string, index: number): string {
  return `${zone}-${index}`;
}

/** Label by which the platform's policies select the objects of an app. */
export const appLabel = "meridian.dev/app";

/** Label keys. The well-known ones belong to Kubernetes and Karpenter; meridian.dev is Meridian's own. */
export const labelKeys = {
  /** The API server itself sets it on every namespace. */
  namespaceName: "kubernetes.io/metadata.name",
  hostname: "kubernetes.io/hostname",
  arch: "kubernetes.io/arch",
  os: "kubernetes.io/os",
  topologyRegion: "topology.kubernetes.io/region",
  topologyZone: "topology.kubernetes.io/zone",
  instanceType: "node.kubernetes.io/instance-type",
  capacityType: "karpenter.sh/capacity-type",
  environment: "meridian.dev/environment",
  provider: "meridian.dev/provider",
  region: "meridian.dev/region",
  role: "meridian.dev/role",
} as const;

/** The rollout gate when it runs in pods: its namespace, its Service and its image. */
export const gateName = "rollout-gate";

const clusterProcessPrefix = "cluster-";

/** Name of a cluster's process in the supervisor. */
export function clusterProcessName(cluster: string): string {
  return `${clusterProcessPrefix}${cluster}`;
}

/** Name of the cluster that the process belongs to; undefined if it is not a cluster's process. */
export function clusterOfProcess(name: string): string | undefined {
  return name.startsWith(clusterProcessPrefix)
    ? name.slice(clusterProcessPrefix.length)
    : undefined;
}

/** Text in every genuine response of an edge's `/healthz`. It lets a health check distinguish the edge from a foreign server. */
export const edgeToken = "meridian-edge";
