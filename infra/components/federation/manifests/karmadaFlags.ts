import { evictionTimeoutHours, schedulerPlugins } from "../evictions";
import { controllerRates, schedulerRates } from "../federationRates";
import type { FailoverPlan } from "../../../plan/types";

/**
 * Decisions on Karmada's processes, the same whether they run on this machine or by Karmada's chart.
 */

/** Flags by name, without the dashes, in the order in which they are given. */
export type Flags = Readonly<Record<string, string | number>>;

/** Feature gates by name. */
export type FeatureGates = Readonly<Record<string, boolean>>;

/** Controllers of Kubernetes that Karmada's API server needs beside it; workloads never run there. */
export const federationControllers: readonly string[] = [
  "namespace",
  "garbagecollector",
  "serviceaccount-token",
  "ttl-after-finished",
  "clusterrole-aggregation",
];

/** Karmada's own. Nobody reaches a member through Karmada, so no rights are made there for it. */
export const karmadaControllers = "*,-unifiedAuth";

/** Gates of the scheduler and the webhook. */
export const placementGates: FeatureGates = { Failover: true, PropagationPolicyPreemption: true };

/** Gates of the controllers. */
export const controllerGates: FeatureGates = {
  Failover: true,
  GracefulEviction: true,
  PropagationPolicyPreemption: true,
};

/** Flags of the scheduler. */
export const schedulerFlags: Flags = { ...schedulerRates, plugins: schedulerPlugins };

/** Flags of the webhook: without this one no policy may take a lost region's replicas away. */
export const webhookFlags: Flags = { "allow-no-execute-taint-policy": "true" };

/** Flags of the controllers: when a region counts as lost, and how fast it is evacuated. */
export function controllerFlags(failover: FailoverPlan): Flags {
  return {
    "cluster-status-update-frequency": `${failover.statusUpdateFrequencySeconds}s`,
    "cluster-failure-threshold": `${failover.failureThresholdSeconds}s`,
    "cluster-success-threshold": `${failover.successThresholdSeconds}s`,
    "cluster-monitor-period": `${failover.monitorPeriodSeconds}s`,
    "cluster-monitor-grace-period": `${failover.monitorGracePeriodSeconds}s`,
    "enable-no-execute-taint-eviction": "true",
    ...controllerRates,
    "resource-eviction-rate": failover.evictionsPerSecond,
    "graceful-eviction-timeout": `${evictionTimeoutHours}h`,
  };
}

/** Gates as the one flag that they are given by. */
export function gatesFlag(gates: FeatureGates): string {
  const list = Object.entries(gates).map(([gate, on]) => `${gate}=${on}`);
  return `--feature-gates=${list.join(",")}`;
}
