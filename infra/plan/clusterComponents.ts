/** What a cluster on this machine consists of, by kwokctl's names. */

/** A control plane on which nothing is scheduled. */
export const controlPlaneComponents = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
] as const;

/** A cluster whose nodes KWOK plays. */
export const nodeComponents = [
  ...controlPlaneComponents,
  "kube-scheduler",
  "kwok-controller",
] as const;
