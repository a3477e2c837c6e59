import type { PolicyRule } from "./types";

const read = ["get", "list", "watch"];

/** All that a region's data plane and gateway read of its cluster. No Secrets. */
export const dataplaneRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["pods", "nodes", "services", "namespaces"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["traefik.io"], resources: ["*"], verbs: read },
  { nonResourceURLs: ["/readyz"], verbs: ["get"] },
];
