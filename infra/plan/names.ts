import { reservedRegionNames } from "../config/reserved";

/** The one place where names are made. Names identify: changing one of these rules replaces what is running. */

/** The management cluster, and the federation's API server. */
export const [hubClusterName, federationClusterName] = reservedRegionNames;

/** A region's cluster bears the region's name: one name to type, to read in a log and to select. */
export function clusterName(region: string): string {
  return region;
}

/** "eu-west-1" and "a" make "eu-west-1a", as AWS writes it. */
export function zoneName(region: string, suffix: string): string {
  return `${region}${suffix}`;
}

/** "eu-west-1a-0" for the first node of a zone. */
export function nodeName(zone: string, index: number): string {
  return `${zone}-${index}`;
}

/** Label keys. The well-known ones belong to Kubernetes and Karpenter; meridian.dev is ours. */
export const labelKeys = {
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

/** The rollout gate where it runs in pods: its namespace, its Service and its image. */
export const gateName = "rollout-gate";

const clusterProcessPrefix = "cluster-";

/** Name of a cluster's process at the supervisor. */
export function clusterProcessName(cluster: string): string {
  return `${clusterProcessPrefix}${cluster}`;
}

/** Name of the cluster whose process this is; undefined: it is no cluster's. */
export function clusterOfProcess(name: string): string | undefined {
  return name.startsWith(clusterProcessPrefix)
    ? name.slice(clusterProcessPrefix.length)
    : undefined;
}

/** What every true answer of an edge's `/healthz` holds, so that a health check can tell it from a stranger's. */
export const edgeToken = "meridian-edge";
