import type { StatusRow } from "../component";
import type { KafkaClusterPlan, MirrorFlowPlan, StreamingPlan } from "./types";
import { targetTopic } from "./users";

export interface TopicState {
  readonly partitions: number;
  /** Partitions that lack a replica or a leader. */
  readonly underReplicated: number;
  /** Offset after the last record, by partition; -1 if unknown. */
  readonly ends: readonly number[];
  /** Time of the newest record, by partition, milliseconds since 1970; -1 if there is none. */
  readonly newest?: readonly number[];
}

/** Kafka of one region, as it is. */
export interface RegionState {
  readonly brokers: number;
  readonly topics: Readonly<Record<string, TopicState>>;
  /** Committed offsets by group, topic and partition; -1 if there is none. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** By region; `error` is why its state is not known. */
export type StreamingState = Readonly<Record<string, RegionState | { readonly error: string }>>;

/**
 * One row for each region: brokers, topics, partitions without all replicas, records that mirrors and consumer groups have not read.
 * The lag of a mirror is the difference of the ends of both topics.
 */
export function streamingRows(plan: StreamingPlan, state: StreamingState): StatusRow[] {
  return plan.clusters.map((cluster) => {
    const found = regionOf(state, cluster.region);
    if (found === undefined) {
      const values = { brokers: "no answer", topics: "-", "under-replicated": "-" };
      return {
        name: cluster.region,
        ready: false,
        values: { ...values, "mirror lag": "-", "group lag": "-" },
      };
    }
    return rowOf(plan, cluster, found, state);
  });
}

function rowOf(
  plan: StreamingPlan,
  { region, brokers, topics }: KafkaClusterPlan,
  found: RegionState,
  state: StreamingState,
): StatusRow {
  const present = topics.filter(({ name }) => name in found.topics).length;
  const under = Object.values(found.topics).reduce((sum, one) => sum + one.underReplicated, 0);
  const flows = plan.mirrors.find(({ target }) => target === region)?.flows ?? [];
  return {
    name: region,
    ready: found.brokers >= brokers.length && present === topics.length && under === 0,
    values: {
      brokers: `${found.brokers}/${brokers.length}`,
      topics: `${present}/${topics.length}`,
      "under-replicated": under,
      "mirror lag": listed(
        flows.map((flow) => [flow.from, mirrorLag(flow, regionOf(state, flow.from), found)]),
      ),
      "group lag": listed(Object.entries(groupLags(found))),
    },
  };
}

/** The state of a region; undefined if its Kafka does not answer. */
export function regionOf(state: StreamingState, region: string): RegionState | undefined {
  const found = state[region];
  return found === undefined || "error" in found ? undefined : found;
}

/** Records of a flow that are not in the target region yet; undefined if the source does not answer. */
export function mirrorLag(
  flow: Pick<MirrorFlowPlan, "from" | "policy" | "topics">,
  source: RegionState | undefined,
  target: RegionState,
): number | undefined {
  if (source === undefined) return undefined;
  return flow.topics.reduce((sum, topic) => {
    const copied = target.topics[targetTopic(flow, topic)]?.ends ?? [];
    const ends = source.topics[topic]?.ends ?? [];
    return sum + ends.reduce((all, end, index) => all + missing(end, copied[index] ?? 0), 0);
  }, 0);
}

/** Records that each group has not read, of the partitions that it has an offset for. */
export function groupLags({ topics, groups }: RegionState): Record<string, number> {
  return Object.fromEntries(
    Object.entries(groups).map(([group, committed]) => [
      group,
      Object.entries(committed).reduce((sum, [topic, offsets]) => {
        const ends = topics[topic]?.ends ?? [];
        const lags = offsets.map((offset, index) =>
          offset < 0 ? 0 : missing(ends[index] ?? -1, offset),
        );
        return sum + lags.reduce((all, lag) => all + lag, 0);
      }, 0),
    ]),
  );
}

function missing(end: number, offset: number): number {
  return Math.max(0, end - Math.max(0, offset));
}

function listed(lags: readonly (readonly [string, number | undefined])[]): string {
  const parts = lags.map(([name, lag]) => `${name} ${lag ?? "unknown"}`);
  return parts.length > 0 ? parts.join(", ") : "-";
}
