import type { FailoverPlan } from "../../plan/types";

/**
 * Evictions: Karmada moves replicas out of a region that is lost or being removed.
 */

/** One eviction of a workload, as in Karmada's binding. */
export interface Eviction {
  readonly fromCluster: string;
  readonly creationTimestamp?: string;
}

/** Placement of a workload, as in Karmada's binding. */
export interface Placement {
  /** Absent for an object without replicas, such as a ConfigMap. */
  readonly replicas?: number;
  readonly clusters?: readonly { readonly name: string }[];
  readonly gracefulEvictionTasks?: readonly Eviction[];
}

/**
 * Plugins of Karmada's scheduler. ClusterEviction is disabled: it places no replicas in a region during an eviction from it, so a
 * workload that lost all its regions could not return to any of them (karmada 5803). A region that is still lost or draining has
 * taints, which the scheduler respects in any case.
 */
export const schedulerPlugins = "*,-ClusterEviction";

/**
 * Time in hours after which Karmada deletes evicted replicas without a healthy replacement. With its default of ten minutes, it was
 * observed to delete and recreate every pod of a platform with one region. An operator fixes such an outage within a week.
 */
export const evictionTimeoutHours = 168;

/**
 * Time in seconds that the other regions have to replace the replicas of a region that is being removed. Then the replicas are
 * deleted without a replacement: an app that is healthy in no region must not block the removal.
 */
export const replacementSeconds = 600;

/** Whether a region has replicas, or evicted replicas are not replaced yet. An object without replicas needs no replacement. */
export function occupies(placement: Placement, region: string): boolean {
  if ((placement.replicas ?? 0) === 0) return false;
  const { gracefulEvictionTasks: evictions = [] } = placement;
  return isPlaced(placement, region) || evictions.some(({ fromCluster }) => fromCluster === region);
}

/**
 * A workload's evictions without the overdue ones from a region.
 * @param now milliseconds since 1970.
 * @returns undefined: none is overdue.
 */
export function withoutOverdue(
  placement: Placement,
  region: string,
  now: number,
): readonly Eviction[] | undefined {
  // It is not evicted yet.
  if (isPlaced(placement, region)) return undefined;
  const { gracefulEvictionTasks: evictions = [] } = placement;
  const kept = evictions.filter(({ fromCluster, creationTimestamp = "" }) => {
    const age = now - Date.parse(creationTimestamp);
    return !(fromCluster === region && age > replacementSeconds * 1000);
  });
  return kept.length === evictions.length ? undefined : kept;
}

function isPlaced({ clusters = [] }: Placement, region: string): boolean {
  return clusters.some(({ name }) => name === region);
}

/** Time after which Karmada has noticed the loss of a region, in seconds: its grace period and two of its status updates. */
export function lossNoticeSeconds(failover: FailoverPlan): number {
  return failover.monitorGracePeriodSeconds + 2 * failover.statusUpdateFrequencySeconds;
}
