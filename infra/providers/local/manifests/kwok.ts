/**
 * KWOK's own configuration, beside kwokctl's. Where one setting is given, kwokctl no longer fills in the defaults of the others, so
 * they are repeated.
 */
export const kwokConfiguration = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  options: {
    // Default: true. It would give logs, exec and profiles to everybody on the machine; its pods have nothing to show.
    enableDebuggingHandlers: false,
    cidr: "10.0.0.0/24",
    podPlayStageParallelism: 4,
    nodePlayStageParallelism: 4,
    nodeLeaseParallelism: 4,
    podsOnNodeSyncParallelism: 1,
    enablePodsOnNodeSyncListPager: true,
  },
} as const;
