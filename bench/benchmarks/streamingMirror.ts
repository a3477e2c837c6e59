import { setTimeout as sleep } from "node:timers/promises";
import { median, percentile } from "../statistics";
import {
  createPlainTopic,
  type Load,
  mirrorAges,
  mirroredSeconds,
  plainSeconds,
  recordBytes,
} from "../streaming/mirror";
import { benchPartitions, benchTopic, kafkaOf, streamingPlatform } from "../streaming/platform";
import { type Benchmark, type Figure, repeat } from "../types";

/** Records of a throughput measurement: several seconds on two cores. */
const records = 50_000;

/** Records that Java compiles its code with, which are not counted. */
const warmUpRecords = 10_000;

/** Duration of a lag measurement, and of its beginning that does not count, in seconds. */
const lagSeconds = 20;
const lagWarmUpSeconds = 8;

/** Pause after which the machine is at rest again, in milliseconds. */
const pauseMs = 2000;

/** Measurements of one run. */
export interface MirrorRun {
  /** Seconds until Kafka's own consumer has all records in their own region. */
  readonly plain: number;
  /** Seconds until the other region has all of them. */
  readonly mirrored: number;
  /** Records in a second of the lag measurement. */
  readonly rate: number;
  /** Milliseconds from a record's creation until a consumer in the other region has it. */
  readonly p50: number;
  readonly p99: number;
}

/** Records in the other region: how many, and how late. */
export const streamingMirror: Benchmark = {
  name: "streaming-mirror",
  what: "records of 1 KiB to another region's Kafka: time of 50,000, and their age at half of the ceiling",

  async measure(lab) {
    const kafka = kafkaOf(await streamingPlatform(lab), lab.signal);
    const [from, to] = kafka.plan.clusters.map(({ region }) => region);
    if (from === undefined || to === undefined) throw new Error("a mirror needs two regions");
    const mirrored = (count: number): Load => ({ region: from, topic: benchTopic, records: count });
    const plain = (count: number): Load => ({ ...mirrored(count), topic: "bench-plain" });
    await createPlainTopic(kafka, plain(0), benchPartitions);
    await plainSeconds(kafka, plain(warmUpRecords));
    await mirroredSeconds(kafka, mirrored(warmUpRecords), to);
    const runs = await repeat(lab, async () => {
      await sleep(pauseMs, undefined, { signal: lab.signal });
      const own = await plainSeconds(kafka, plain(records));
      const copied = await mirroredSeconds(kafka, mirrored(records), to);
      const rate = Math.round(records / own / 2);
      const load = mirrored(lagSeconds * rate);
      const ages = await mirrorAges(kafka, load, to, rate, lagWarmUpSeconds);
      const [p50, p99] = [percentile(ages, 50), percentile(ages, 99)];
      return { plain: own, mirrored: copied, rate, p50, p99 };
    });
    return figuresOf(runs);
  },
};

/** Pure. */
export function figuresOf(runs: readonly MirrorRun[]): Figure[] {
  const medianOf = (what: (run: MirrorRun) => number) => median(runs.map(what));
  const perSecond = (seconds: number) =>
    `${((records * recordBytes) / seconds / 1e6).toFixed(1)} MB/s`;
  const rate = `at ${medianOf((run) => run.rate).toFixed(0)} records a second, half of the ceiling of the same run`;
  return [
    {
      name: "streaming-mirror",
      unit: "s",
      values: runs.map(({ mirrored }) => mirrored),
      peer: { name: "own region", values: runs.map(({ plain }) => plain) },
      // A throughput of 0.8 of the peer's.
      aim: { of: "ratio", most: 1.25 },
      note:
        `${records} records from the first one's time until the other region has all, ` +
        `${perSecond(medianOf((run) => run.mirrored))}, compared with Kafka's own consumer in their own region, ` +
        `${perSecond(medianOf((run) => run.plain))}. Both write at the same time, with the settings of apps`,
    },
    {
      name: "streaming-lag-p50",
      unit: "ms",
      values: runs.map(({ p50 }) => p50),
      note: `age of records on arrival at a consumer in the other region, ${rate}`,
    },
    {
      name: "streaming-lag-p99",
      unit: "ms",
      values: runs.map(({ p99 }) => p99),
      aim: { of: "value", most: 500 },
    },
  ];
}
