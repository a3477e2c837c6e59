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

/** Process that answers for a region's pods. */
export function dataplaneName(region: string): string {
  return `dataplane-${region}`;
}

/** Process of a region's gateway. */
export function gatewayName(region: string): string {
  return `gateway-${region}`;
}

/** Process that takes new versions out by steps in a region. */
export function rolloutsName(region: string): string {
  return `rollouts-${region}`;
}

/** Process that decides, by flags, which of the steps a region may enter. */
export function rolloutGateName(region: string): string {
  return `rollout-gate-${region}`;
}

/** Processes that run beside a region's cluster, and go with it. */
export function regionServiceNames(region: string): string[] {
  return [
    gatewayName(region),
    dataplaneName(region),
    rolloutsName(region),
    rolloutGateName(region),
  ];
}

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

/** Processes of Karmada, beside its API server. */
export const karmadaServiceNames = {
  aggregated: "karmada-aggregated-apiserver",
  webhook: "karmada-webhook",
  scheduler: "karmada-scheduler",
  controllerManager: "karmada-controller-manager",
} as const;

/** Processes of Argo CD, beside the hub's API server, and its cache. */
export const argocdServiceNames = {
  redis: "redis",
  repoServer: "argocd-repo-server",
  applicationController: "argocd-application-controller",
  applicationSetController: "argocd-applicationset-controller",
  server: "argocd-server",
} as const;

/** Process of the DNS server. */
export const dnsName = "dns";

/** Process that tells Argo CD of commits. */
export const commitsName = "commits";

/** What every true answer of an edge's `/healthz` holds, so that a health check can tell it from a stranger's. */
export const edgeToken = "meridian-edge";
