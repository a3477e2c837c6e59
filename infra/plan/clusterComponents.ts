/** Components of a local cluster, by kwokctl's names. */

/** A control plane without workloads. */
export const controlPlaneComponents = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
] as const;

/** A cluster whose nodes KWOK simulates. */
export const nodeComponents = [
  ...controlPlaneComponents,
  "kube-scheduler",
  "kwok-controller",
] as const;
