/**
 * Evictions: how Karmada moves replicas out of a region that is lost or that leaves.
 */

/** One eviction of a workload, as Karmada's binding lists it. */
export interface Eviction {
  readonly fromCluster: string;
  readonly creationTimestamp?: string;
}

/** Where a workload is placed, as Karmada's binding has it. */
export interface Placement {
  /** Absent: it has none, as a ConfigMap. */
  readonly replicas?: number;
  readonly clusters?: readonly { readonly name: string }[];
  readonly gracefulEvictionTasks?: readonly Eviction[];
}

/**
 * Plugins of Karmada's scheduler. ClusterEviction places no replicas in a region while an eviction from it is under way: a
 * workload whose every region was lost could return to none of them (karmada 5803). A region that is still lost or draining
 * has its taints, which the scheduler respects in any case.
 */
export const schedulerPlugins = "*,-ClusterEviction";

/**
 * Time after which Karmada deletes evicted replicas without a healthy replacement, hours. Its default is ten minutes: seen to delete
 * and recreate every pod of a platform with one region. A week is longer than such an outage is left alone.
 */
export const evictionTimeoutHours = 168;

/**
 * Time that the other regions get to replace the replicas of a region that a person takes out, seconds. After that they are
 * deleted without a replacement: an app that is healthy nowhere must not block the removal.
 */
export const replacementSeconds = 600;

/** True while replicas are in a region, or are not yet replaced elsewhere. What has no replicas needs no replacement. */
export function occupies(placement: Placement, region: string): boolean {
  if ((placement.replicas ?? 0) === 0) return false;
  const { gracefulEvictionTasks: evictions = [] } = placement;
  return isPlaced(placement, region) || evictions.some(({ fromCluster }) => fromCluster === region);
}

/**
 * A workload's evictions without those from a region that have taken too long.
 * @param now milliseconds since 1970.
 * @returns undefined: none is overdue.
 */
export function withoutOverdue(
  placement: Placement,
  region: string,
  now: number,
): readonly Eviction[] | undefined {
  // What is placed there is not evicted yet.
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
