import type { PolicyRule } from "../../../manifests/types";

const read = ["get", "list", "watch"];

/**
 * File with the token of pod simulator and gateway, in the folders of both. With it the gateway reads the cluster's API through the
 * pod simulator, and drills change settings of the pod simulator.
 */
export const dataplaneTokenFile = "token";

/** Permissions of a region's pod simulator and gateway in its cluster. They read no Secrets. */
export const dataplaneRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["pods", "nodes", "services", "namespaces"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["traefik.io"], resources: ["*"], verbs: read },
  { nonResourceURLs: ["/readyz"], verbs: ["get"] },
];

/**
 * Permissions of the simulator as the region's kubelets: those of each node, and no others. With them, a node reads only the
 * Secrets and ConfigMaps that its own pods refer to (the API server's Node authorizer).
 * @param nodes Names of the nodes.
 */
export function kubeletRules(nodes: readonly string[]): readonly PolicyRule[] {
  const impersonate = (resource: string, resourceNames: readonly string[]): PolicyRule => ({
    ...{ apiGroups: [""], resources: [resource], resourceNames, verbs: ["impersonate"] },
  });
  return [impersonate("users", nodes.map(nodeUser)), impersonate("groups", [nodesGroup])];
}

/** User of a node's kubelet. */
export function nodeUser(node: string): string {
  return `system:node:${node}`;
}

/** Group of all kubelets. */
export const nodesGroup = "system:nodes";
