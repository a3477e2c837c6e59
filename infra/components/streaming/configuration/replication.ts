import type { MirroringConfig } from "./types";

/** The defaults that checks and plan share. */

/** Replication factor of a topic that sets none, and of Kafka's internal topics. @param zones the fewest zones of a region. */
export function defaultReplicationFactor(brokers: number, zones: number): number {
  return Math.max(1, Math.min(3, brokers, zones));
}

/** One replica can be lost without a write being refused, where there is more than one. */
export function defaultMinInSync(replicationFactor: number): number {
  return Math.max(1, replicationFactor - 1);
}

/** Records of one region that another gets. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  /** Sorted. */
  readonly topics: readonly string[];
}

/**
 * The flows of an environment, in the order of the file or of the regions.
 * @param regions names of all regions.
 * @param topics names of all topics.
 */
export function flowsOf(
  regions: readonly string[],
  topics: readonly string[],
  { mode, source, flows }: Pick<MirroringConfig, "mode" | "source" | "flows">,
): readonly Flow[] {
  const all = [...topics].sort();
  if (flows !== undefined)
    return flows.map(({ from, to, topics: named = all }) => ({
      from,
      to,
      topics: [...named].sort(),
    }));
  const sources = mode === "active-active" ? regions : regions.filter((name) => name === source);
  return sources.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => ({ from, to, topics: all })),
  );
}
