/** Names under which an instance remembers its loopback ports. Numbers are found when it comes up. */

const clusterParts = ["apiServer", "controllerManager", "scheduler", "kwok"] as const;

/** Part of a cluster that listens on a port. */
export type ClusterPart = (typeof clusterParts)[number];

/** Port names of one cluster, by part. */
export function clusterPortNames(cluster: string): Record<ClusterPart, string> {
  return Object.fromEntries(clusterParts.map((part) => [part, `${cluster}/${part}`])) as Record<
    ClusterPart,
    string
  >;
}

/** Port names of the control planes that run beside the clusters, by what listens. */
export const servicePortNames = {
  karmadaAggregated: "karmada-aggregated-apiserver/https",
  karmadaControllerHealth: "karmada-controller-manager/health",
  karmadaControllerMetrics: "karmada-controller-manager/metrics",
  karmadaSchedulerHealth: "karmada-scheduler/health",
  karmadaSchedulerMetrics: "karmada-scheduler/metrics",
  karmadaWebhook: "karmada-webhook/https",
  karmadaWebhookHealth: "karmada-webhook/health",
  karmadaWebhookMetrics: "karmada-webhook/metrics",
  argocdRepo: "argocd-repo-server/grpc",
  argocdRepoMetrics: "argocd-repo-server/metrics",
  argocdControllerMetrics: "argocd-application-controller/metrics",
  argocdAppSetMetrics: "argocd-applicationset-controller/metrics",
  argocdAppSetProbe: "argocd-applicationset-controller/probe",
  argocdAppSetWebhook: "argocd-applicationset-controller/webhook",
  argocdServer: "argocd-server/http",
  argocdServerMetrics: "argocd-server/metrics",
  /** The same on every region's own address. */
  gatewayHttp: "gateway/http",
  pods: "dataplane/pods",
  dns: "dns/dns",
} as const;

const edgeParts = ["admin", "apiProxy", "gatewayInternal", "rolloutGate"] as const;

/** Port names of what runs beside one region's cluster (data plane, gateway and rollout gate), by what listens. */
export function edgePortNames(region: string): Record<(typeof edgeParts)[number], string> {
  return Object.fromEntries(edgeParts.map((part) => [part, `${region}/edge-${part}`])) as Record<
    (typeof edgeParts)[number],
    string
  >;
}

/** Every port that an instance with these clusters and, among them, regions needs. */
export function allPortNames(clusters: readonly string[], regions: readonly string[]): string[] {
  return [
    ...clusters.flatMap((cluster) => Object.values(clusterPortNames(cluster))),
    ...regions.flatMap((region) => Object.values(edgePortNames(region))),
    ...Object.values(servicePortNames),
  ];
}
