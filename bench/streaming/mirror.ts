import { setTimeout as sleep } from "node:timers/promises";
import { type Kafka, withKafka } from "../../infra/components/streaming/handlers/kafkaClient";
import { mirroredTopic } from "../../infra/components/streaming/names";
import { sum } from "../cpuByPart";
import { accessTo, kafkaCommand, offsetsOf, type RunningKafka } from "./kafka";
import { observe } from "./observer";

/** Bytes of a record. */
export const recordBytes = 1024;

/** Interval between two reads of a topic's end, in milliseconds: the error of a time. */
const pollMs = 20;

/** Most seconds that a consumer or a mirror may need without any record. */
const patienceSeconds = 60;

/** A topic, the region that it is written in, and how many records to write. */
export interface Load {
  readonly region: string;
  readonly topic: string;
  readonly records: number;
}

/** Creates a topic that no mirror copies: it is not declared. */
export async function createPlainTopic(
  kafka: RunningKafka,
  { region, topic }: Load,
  partitions: number,
): Promise<void> {
  const options = ["--create", "--topic", topic, "--partitions", String(partitions)];
  await kafkaCommand(kafka, region, "TopicCommand", options);
}

/**
 * Writes records with the settings of the platform's apps.
 * @param perSecond Most records in a second; -1 for as many as possible.
 */
export async function write(kafka: RunningKafka, load: Load, perSecond = -1): Promise<void> {
  const client = kafka.plan.clients.find(({ region }) => region === load.region);
  const options = [
    ...["--topic", load.topic, "--num-records", String(load.records)],
    ...["--record-size", String(recordBytes), "--throughput", String(perSecond)],
  ];
  const settings = { ...client?.common, ...client?.producer };
  await kafkaCommand(kafka, load.region, "ProducerPerformance", options, settings);
}

/** Seconds in which Kafka's own tools write records and read them at the same time, from the first record's own time. */
export async function plainSeconds(kafka: RunningKafka, load: Load): Promise<number> {
  const { region, topic, records } = load;
  const group = `bench-${process.pid}-${Date.now()}`;
  const options = [
    ...["--topic", topic, "--num-records", String(records), "--group", group],
    ...["--timeout", String(1000 * patienceSeconds), "--from-latest", "--hide-header"],
    ...["--date-format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"],
  ];
  const client = kafka.plan.clients.find((one) => one.region === region);
  const settings = { ...client?.common, ...client?.consumer };
  const reading = kafkaCommand(kafka, region, "ConsumerPerformance", options, settings);
  return withKafka(accessTo(kafka, region), async (connection, library) => {
    await Promise.race([joined(connection, library, group), reading]);
    const before = Date.now();
    const [output] = await Promise.all([reading, write(kafka, load)]);
    return (endOf(output) - (await firstTime(connection, library, topic, before))) / 1000;
  });
}

/** End of reading in the output of `ConsumerPerformance`: milliseconds since 1970. @throws if it has none. */
export function endOf(output: string): number {
  const line = output.split("\n").find((one) => /^\d{4}-\d\d-\d\dT/.test(one));
  const end = Date.parse(line?.split(", ")[1] ?? "");
  if (Number.isNaN(end)) throw new Error(`Kafka's consumer reported no time: ${output}`);
  return end;
}

/** Seconds from the first record's own time until a mirror has all records of a load in another region. */
export async function mirroredSeconds(
  kafka: RunningKafka,
  load: Load,
  to: string,
): Promise<number> {
  const copy = mirroredTopic(load.region, load.topic);
  return withKafka(accessTo(kafka, to), async (target, library) => {
    const goal = (await total(target, library, copy)) + load.records;
    const before = Date.now();
    const writing = write(kafka, load);
    const arrived = arrival(target, library, copy, goal, kafka.signal);
    const [end] = await Promise.all([
      Promise.race([arrived, writing.then(() => arrived)]),
      writing,
    ]);
    const start = await withKafka(accessTo(kafka, load.region), (source) =>
      firstTime(source, library, load.topic, before),
    );
    return (end - start) / 1000;
  });
}

/**
 * Writes at a constant rate, and reads the mirrored copy.
 * @param warmUp seconds at the beginning that do not count: the writer, a new process of Java, is slow there and then catches up.
 * @returns the ages of the other records on arrival, in milliseconds.
 */
export async function mirrorAges(
  kafka: RunningKafka,
  load: Load,
  to: string,
  perSecond: number,
  warmUp: number,
): Promise<number[]> {
  const ages: number[] = [];
  const copy = mirroredTopic(load.region, load.topic);
  const observer = await observe(kafka, to, copy, (some) => ages.push(...some));
  await write(kafka, load, perSecond);
  for (let waited = 0; ages.length < load.records; waited += pollMs) {
    if (waited > 1000 * patienceSeconds)
      throw new Error(`the mirror copied ${ages.length} of ${load.records} records`);
    await sleep(pollMs, undefined, { signal: kafka.signal });
  }
  await observer.stop();
  return ages.slice(warmUp * perSecond);
}

type Connection = Parameters<Parameters<typeof withKafka>[1]>[0];

async function total(connection: Connection, library: Kafka, topic: string): Promise<number> {
  return sum((await offsetsOf(connection, library, topic)).map(({ offset }) => offset));
}

/** Time of the first record of a topic that is not older than `since`. */
async function firstTime(connection: Connection, library: Kafka, topic: string, since: number) {
  const found = await offsetsOf(connection, library, topic, BigInt(since));
  return Math.min(...found.filter(({ timestamp }) => timestamp >= 0).map((one) => one.timestamp));
}

async function arrival(
  connection: Connection,
  library: Kafka,
  topic: string,
  goal: number,
  signal: AbortSignal,
): Promise<number> {
  let [last, changed] = [-1, Date.now()];
  for (;;) {
    const [now, found] = [Date.now(), await total(connection, library, topic)];
    if (found >= goal) return now;
    if (found !== last) [last, changed] = [found, now];
    if (now - changed > 1000 * patienceSeconds)
      throw new Error(`the mirror of ${topic} stopped ${goal - found} records before the end`);
    await sleep(pollMs, undefined, { signal });
  }
}

async function joined(connection: Connection, library: Kafka, group: string): Promise<void> {
  for (;;) {
    // The first group creates the topic of offsets: until that is loaded, the broker lists no group.
    const listed = library.listGroupsV5.api.async(connection, ["STABLE"], []);
    const { groups } = await listed.catch(() => ({ groups: [] }));
    if (groups.some(({ groupId }) => groupId === group)) return;
    await sleep(100);
  }
}
