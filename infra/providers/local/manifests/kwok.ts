/**
 * KWOK's own configuration, in addition to kwokctl's. If one setting is present, kwokctl does not set the defaults of the others,
 * so they are repeated.
 */
export const kwokConfiguration = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  options: {
    // Default: true. It would expose logs, exec and profiles to every user of the machine. The simulated pods have none to show.
    enableDebuggingHandlers: false,
    cidr: "10.0.0.0/24",
    podPlayStageParallelism: 4,
    nodePlayStageParallelism: 4,
    nodeLeaseParallelism: 4,
    podsOnNodeSyncParallelism: 1,
    enablePodsOnNodeSyncListPager: true,
  },
} as const;
