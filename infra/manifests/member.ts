import type { PolicyRule } from "./types";

const write = ["get", "list", "watch", "create", "update", "patch", "delete"];
const read = ["get", "list", "watch"];

/**
 * All that Karmada may do in a member: write the kinds that it propagates, read what it reports.
 * No access to roles, nodes' writes or exec: whoever steals the token cannot take over the region. A kind
 * that apps begin to use is added here.
 */
export const memberRules: readonly PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["namespaces", "configmaps", "secrets", "services", "serviceaccounts"],
    verbs: write,
  },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs: write },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: write },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: write },
  {
    apiGroups: ["networking.k8s.io"],
    resources: ["networkpolicies", "ingresses"],
    verbs: write,
  },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: write },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: [""], resources: ["nodes", "pods", "events"], verbs: read },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: read },
  {
    nonResourceURLs: [
      "/healthz",
      "/readyz",
      "/livez",
      "/version",
      "/api",
      "/api/*",
      "/apis",
      "/apis/*",
    ],
    verbs: ["get"],
  },
];
