import { evictionTimeoutHours, schedulerPlugins } from "../evictions";
import { controllerRates, schedulerRates } from "../federationRates";
import type { FailoverPlan } from "../../../plan/types";

/**
 * Settings of Karmada's processes, the same on this machine and in Karmada's chart.
 */

/** Flags by name without dashes, in command-line order. */
export type Flags = Readonly<Record<string, string | number>>;

/** Feature gates by name. */
export type FeatureGates = Readonly<Record<string, boolean>>;

/** Kubernetes controllers that Karmada's API server needs. It runs no workloads. */
export const federationControllers: readonly string[] = [
  "namespace",
  "garbagecollector",
  "serviceaccount-token",
  "ttl-after-finished",
  "clusterrole-aggregation",
];

/** Karmada's controllers. No client accesses a member through Karmada, so it creates no permissions for that. */
export const karmadaControllers = "*,-unifiedAuth";

/** Feature gates of the scheduler and the webhook. */
export const placementGates: FeatureGates = { Failover: true, PropagationPolicyPreemption: true };

/** Feature gates of the controllers. */
export const controllerGates: FeatureGates = {
  Failover: true,
  GracefulEviction: true,
  PropagationPolicyPreemption: true,
};

/** Flags of the scheduler. */
export const schedulerFlags: Flags = { ...schedulerRates, plugins: schedulerPlugins };

/** Flags of the webhook: without this one it rejects policies that evict a lost region's replicas. */
export const webhookFlags: Flags = { "allow-no-execute-taint-policy": "true" };

/** Flags of the controllers: detection of a lost region, and its rate of eviction. */
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

/** Formats feature gates as a command-line flag. */
export function gatesFlag(gates: FeatureGates): string {
  const list = Object.entries(gates).map(([gate, on]) => `${gate}=${on}`);
  return `--feature-gates=${list.join(",")}`;
}
