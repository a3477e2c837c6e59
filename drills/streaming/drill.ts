import type { KafkaAccess } from "../../infra/components/streaming/handlers/kafkaClient";
import type { StreamingPlan } from "../../infra/components/streaming/plan";
import { targetTopic } from "../../infra/components/streaming/users";
import { accountOf, type Account, type CopyFlow, type Loss, type Numbered } from "./accounting";
import { committed, endOffsets, readAll } from "./clients";
import { GroupReader, ReaderLog } from "./reader";
import { numberOf } from "./records";
import { waitUntil } from "./waitUntil";
import { NumberedWriter } from "./writer";

/** Kafka of several regions that runs. */
export interface DrillKafka {
  readonly plan: StreamingPlan;
  /** Access to a region, with the permission to write and read the topic. */
  readonly access: (region: string) => KafkaAccess;
  /** Aborts the drill. */
  readonly signal?: AbortSignal;
}

/** Seconds until mirrors have copied everything, or a group has read everything: a mirror starts slowly on a busy machine. */
const limitSeconds = 180;

/**
 * Writers of numbered records and readers of one consumer group, whose observations make an account.
 */
export class KafkaDrill {
  readonly drill = `drill-${process.pid}-${Date.now()}`;
  private readonly writers: NumberedWriter[] = [];
  private readonly readers: GroupReader[] = [];
  private readonly log = new ReaderLog();
  private readonly group: string;

  /**
   * @param topic Topic of the configuration that is mirrored between all regions.
   * @param reader App whose consumer groups are translated.
   */
  constructor(
    private readonly kafka: DrillKafka,
    private readonly topic: string,
    reader: string,
  ) {
    this.group = `${reader}.drill`;
  }

  /** Sessions of the readers so far. */
  get sessions(): number {
    return this.log.session;
  }

  /** Deliveries so far. */
  get delivered(): number {
    return this.log.deliveries.length;
  }

  /** Records that are acknowledged so far. */
  get acknowledged(): number {
    return this.writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
  }

  /** Starts to write in a region, with numbers of its own. */
  write(region: string): NumberedWriter {
    const writer = new NumberedWriter({
      ...{ drill: this.drill, access: this.kafka.access(region), region, topic: this.topic },
      partitions: this.partitions,
      from: 1_000_000 * this.writers.length,
    });
    this.writers.push(writer);
    return writer;
  }

  /** Starts to read the topic and its copies in a region. */
  read(region: string): GroupReader {
    const args = {
      ...{ drill: this.drill, access: this.kafka.access(region), region },
      ...{ group: this.group, topics: this.topicsIn(region) },
    };
    const reader = new GroupReader(args, this.log);
    this.readers.push(reader);
    return reader;
  }

  /** Stops every writer and reader that still runs. */
  async stop(): Promise<void> {
    await Promise.all([...this.writers, ...this.readers].map((one) => one.stop()));
  }

  /** Waits until every region has every copy, completely. */
  async mirrored(flows = this.flows): Promise<void> {
    for (const { from, to, topic } of flows)
      await this.wait(`${to} has all records of ${from}`, async () => {
        const [source, copy] = await Promise.all([
          endOffsets(this.kafka.access(from), this.topic),
          endOffsets(this.kafka.access(to), topic),
        ]);
        return source.every((end, partition) => (copy[partition] ?? -1) >= end);
      });
  }

  /** Waits until a reader has read everything that its region has. */
  async drained(reader: GroupReader): Promise<void> {
    await this.wait("the group has read everything", () => reader.isAtEnd());
  }

  /** Waits until the group has offsets in every partition of a region's copy that it has read in the other region. */
  async translatedAtAll(from: string, to: string): Promise<void> {
    await this.compareOffsets(from, to, (_, translated) => translated > 0);
  }

  /** Waits until the group's offsets in a region are translated exactly. It does not get there while the group reads. */
  async translated(from: string, to: string): Promise<void> {
    await this.compareOffsets(from, to, (offset, translated) => translated >= offset);
  }

  private async compareOffsets(
    from: string,
    to: string,
    suits: (offset: number, translated: number) => boolean,
  ): Promise<void> {
    const copy = this.flows.find((flow) => flow.from === from && flow.to === to)?.topic ?? "";
    const offsets = (region: string, topic: string) =>
      committed(this.kafka.access(region), this.group, topic);
    await this.wait(`the offsets of the group in ${from} are translated in ${to}`, async () => {
      const [source, target] = await Promise.all([offsets(from, this.topic), offsets(to, copy)]);
      const read = Object.entries(source).filter(([, offset]) => offset > 0);
      return (
        read.length > 0 &&
        read.every(([partition, offset]) => suits(offset, target[Number(partition)] ?? -1))
      );
    });
  }

  /** Numbers of the drill's records in a copy, now. */
  async copied(from: string, to: string): Promise<number[]> {
    const copies = this.flows.filter((flow) => flow.from === from && flow.to === to);
    const found = await this.stored(
      to,
      copies.map(({ topic }) => topic),
    );
    return found.map(({ number }) => number);
  }

  /** The account of everything until now. */
  async account(loss?: Loss): Promise<Account> {
    const stored = await Promise.all(
      this.regions.map((region) => this.stored(region, this.topicsIn(region))),
    );
    return accountOf({
      ...{ topic: this.topic, flows: this.flows, stored: stored.flat() },
      acknowledged: this.writers.flatMap(({ acknowledged }) => acknowledged),
      uncertain: this.writers.flatMap(({ uncertain }) => uncertain),
      ...{ deliveries: this.log.deliveries, starts: this.log.starts, commits: this.log.commits },
      ...(loss !== undefined && { loss }),
    });
  }

  private async stored(region: string, topics: readonly string[]): Promise<Numbered[]> {
    const found = await readAll(this.kafka.access(region), `${this.group}.audit`, topics);
    return found.flatMap(({ value, ...place }) => {
      const number = numberOf(this, value);
      return number === undefined ? [] : [{ ...place, region, number }];
    });
  }

  private get regions(): string[] {
    return this.kafka.plan.clusters.map(({ region }) => region);
  }

  private get partitions(): number {
    const [cluster] = this.kafka.plan.clusters;
    return cluster?.topics.find(({ name }) => name === this.topic)?.partitions ?? 1;
  }

  private get flows(): CopyFlow[] {
    return this.kafka.plan.mirrors.flatMap(({ target, flows }) =>
      flows
        .filter(({ topics }) => topics.includes(this.topic))
        .map((flow) => ({ from: flow.from, to: target, topic: targetTopic(flow, this.topic) })),
    );
  }

  private topicsIn(region: string): string[] {
    return [this.topic, ...this.flows.filter(({ to }) => to === region).map(({ topic }) => topic)];
  }

  private wait(text: string, check: () => Promise<boolean>): Promise<void> {
    return waitUntil(text, limitSeconds, this.kafka.signal, check);
  }
}
