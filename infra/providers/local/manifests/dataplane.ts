import type { PolicyRule } from "../../../manifests/types";

const read = ["get", "list", "watch"];

/**
 * File in the folders of data plane and gateway with the token of both: by it the gateway reads the cluster's API through the data
 * plane, and by it drills change settings of the data plane.
 */
export const dataplaneTokenFile = "token";

/** All that a region's data plane and gateway read of its cluster. No Secrets. */
export const dataplaneRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["pods", "nodes", "services", "namespaces"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["traefik.io"], resources: ["*"], verbs: read },
  { nonResourceURLs: ["/readyz"], verbs: ["get"] },
];
