/** API paths of Karmada's kinds. */
export const karmadaPaths = {
  clusters: "/apis/cluster.karmada.io/v1alpha1/clusters",
  works: "/apis/work.karmada.io/v1alpha1/works",
  bindings: "/apis/work.karmada.io/v1alpha2/resourcebindings",
  rebalancers: "/apis/apps.karmada.io/v1alpha1/workloadrebalancers",
  policies: "/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies",
} as const;

/** API path of a Work. */
export function workPath(namespace: string, name: string): string {
  return `/apis/work.karmada.io/v1alpha1/namespaces/${namespace}/works/${name}`;
}

/** Name of the policy that copies objects to every region. */
export const copyingPolicyName = "meridian-everywhere";
