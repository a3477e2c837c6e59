import type { PolicyRule } from "../../../manifests/types";

const read = ["get", "list", "watch"];

/**
 * File with the token of data plane and gateway, in the folders of both. With it the gateway reads the cluster's API through the
 * data plane, and drills change settings of the data plane.
 */
export const dataplaneTokenFile = "token";

/** Permissions of a region's data plane and gateway in its cluster. They read no Secrets. */
export const dataplaneRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["pods", "nodes", "services", "namespaces"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["traefik.io"], resources: ["*"], verbs: read },
  { nonResourceURLs: ["/readyz"], verbs: ["get"] },
];
