import type { TopicConfig } from "../infra/components/streaming/configuration";
import type { StreamingPlan, TopicPlan } from "../infra/components/streaming/plan";
import {
  groupLags,
  mirrorLag,
  regionOf,
  type RegionState,
  type StreamingState,
} from "../infra/components/streaming/status";
import { targetTopic } from "../infra/components/streaming/users";
import { pluralize } from "../operations/format";
import { mark, table } from "./table";

/** One topic as configured, and as it is in each region. */
export interface TopicRow {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** By region; null if its Kafka does not answer or has no such topic. */
  readonly regions: Readonly<Record<string, TopicInRegion | null>>;
}

export interface TopicInRegion {
  readonly partitions: number;
  /** Partitions that lack a replica or a leader. */
  readonly underReplicated: number;
  /** Records that were written in this region; null while a partition has no leader. */
  readonly written: number | null;
  /** Records that the copies from other regions lack, by source region; null if the source does not answer. */
  readonly missing: Readonly<Record<string, number | null>>;
  /** Records that consumer groups have not read, copies from other regions included, by group. */
  readonly groups: Readonly<Record<string, number>>;
}

/** The topics of an environment, in configuration order. Pure. */
export function topicRows(
  plan: StreamingPlan,
  configured: readonly TopicConfig[],
  state: StreamingState,
): TopicRow[] {
  return (plan.clusters[0]?.topics ?? []).map((topic: TopicPlan) => {
    const { writers = [], readers = [] } = configured.find(({ name }) => name === topic.name) ?? {};
    const regions = plan.clusters.map(
      ({ region }) => [region, inRegion(plan, topic.name, region, state)] as const,
    );
    const { name, partitions, replicationFactor, config } = topic;
    return {
      ...{ name, partitions, replicationFactor, config, writers, readers },
      regions: Object.fromEntries(regions),
    };
  });
}

function inRegion(
  plan: StreamingPlan,
  topic: string,
  region: string,
  state: StreamingState,
): TopicInRegion | null {
  const found = regionOf(state, region);
  const own = found?.topics[topic];
  if (found === undefined || own === undefined) return null;
  const flows = (plan.mirrors.find(({ target }) => target === region)?.flows ?? [])
    .filter(({ topics }) => topics.includes(topic))
    .map((flow) => ({ ...flow, topics: [topic] }));
  const names = [topic, ...flows.map((flow) => targetTopic(flow, topic))];
  const { partitions, underReplicated, ends } = own;
  return {
    partitions,
    underReplicated,
    written: ends.includes(-1) ? null : ends.reduce((sum, end) => sum + end, 0),
    missing: Object.fromEntries(
      flows.map((flow) => [flow.from, mirrorLag(flow, regionOf(state, flow.from), found) ?? null]),
    ),
    groups: groupLags({ ...found, groups: groupsOf(found, names) }),
  };
}

/** The groups that have an offset in one of these topics, with those offsets only. */
function groupsOf({ groups }: RegionState, topics: readonly string[]): RegionState["groups"] {
  const own = Object.entries(groups).map(([group, committed]) => {
    const entries = Object.entries(committed).filter(([name]) => topics.includes(name));
    return [group, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(own.filter(([, committed]) => Object.keys(committed).length > 0));
}

/** Whether a topic is as configured in every region. Pure. */
export function isWhole(row: TopicRow): boolean {
  return Object.values(row.regions).every((found) => isWholeIn(row, found));
}

function isWholeIn({ partitions }: TopicRow, found: TopicInRegion | null): boolean {
  return found?.partitions === partitions && found.underReplicated === 0;
}

/** A table with a line for each topic. Pure. */
export function topicTable(rows: readonly TopicRow[], regions: readonly string[]): string {
  const head = ["", "TOPIC", "PARTITIONS", "COPIES", "RECORDS STAY", "WRITERS", "READERS"];
  const lines = rows.map((row) => [
    mark(isWhole(row)),
    ...[row.name, String(row.partitions), String(row.replicationFactor), stayText(row)],
    ...[namesText(row.writers), namesText(row.readers)],
    ...regions.map((region) => writtenText(row.regions[region])),
  ]);
  return table([...head, ...regions.map((region) => `WRITTEN IN ${region}`)], lines).join("\n");
}

/** One topic, with a line for each region. Pure. */
export function topicText(row: TopicRow): string {
  const { name, partitions, replicationFactor } = row;
  const lines = Object.entries(row.regions).map(([region, found]) => [
    mark(isWholeIn(row, found)),
    region,
    found === null ? "no answer, or no such topic" : String(found.partitions),
    found === null ? "-" : String(found.underReplicated),
    writtenText(found),
    listed(found?.missing),
    listed(found?.groups),
  ]);
  return [
    `${name}: ${pluralize(partitions, "partition")} in each region, copies of each record: ${replicationFactor}, records stay: ${stayText(row)}`,
    `Writers: ${namesText(row.writers)}. Readers: ${namesText(row.readers)}.`,
    "",
    ...table(
      ["", "REGION", "PARTITIONS", "UNDER-REPLICATED", "WRITTEN", "NOT COPIED YET", "NOT READ YET"],
      lines,
    ),
  ].join("\n");
}

function stayText({ config }: TopicRow): string {
  if (config["cleanup.policy"] === "compact") return "the last of each key";
  const ms = Number(config["retention.ms"]);
  if (ms < 0) return "forever";
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms % size === 0) ?? ["s", 1000];
  return `${ms / size}${unit}`;
}

function writtenText(found: TopicInRegion | null | undefined): string {
  return found?.written === null || found === null || found === undefined
    ? "unknown"
    : String(found.written);
}

function namesText(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

function listed(values: Readonly<Record<string, number | null>> = {}): string {
  const parts = Object.entries(values).map(([name, value]) => `${name} ${value ?? "unknown"}`);
  return parts.length === 0 ? "-" : parts.join(", ");
}
