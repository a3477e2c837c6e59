import { setTimeout as sleep } from "node:timers/promises";
import {
  type KafkaAccess,
  kafkaLibrary,
} from "../../infra/components/streaming/handlers/kafkaClient";
import type { Delivery, GroupOffset } from "./accounting";
import { clientOptions, endOffsets, startOffsets } from "./clients";
import { type Numbering, numberOf } from "./records";

/** Milliseconds between two commits, and until a consumer that cannot leave its group is given up. */
const commitMs = 500;
const closeMs = 3000;

/** What a reader reads. */
export interface ReaderArgs extends Numbering {
  readonly access: KafkaAccess;
  readonly region: string;
  readonly group: string;
  /** Of that region: the topic and its copies. */
  readonly topics: readonly string[];
}

/** Everything that the readers of a drill have observed, in order. */
export class ReaderLog {
  readonly deliveries: Delivery[] = [];
  readonly starts: GroupOffset[] = [];
  readonly commits: GroupOffset[] = [];
  /** Number of the last session. */
  session = 0;
}

/**
 * A member of a consumer group, which reads from the group's committed offsets and commits what it has read. After a failure it
 * starts a new session from the committed offsets.
 */
export class GroupReader {
  private readonly reading: Promise<void>;
  private stopped = false;
  /** Offset of the next record, by topic and partition. */
  private next = new Map<string, { topic: string; partition: number; offset: bigint }>();

  constructor(
    private readonly args: ReaderArgs,
    private readonly log: ReaderLog,
  ) {
    this.reading = this.run();
  }

  /** Commits what it has read, and leaves the group. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.reading;
  }

  /** Whether it has read every record that its topics have now. */
  async isAtEnd(): Promise<boolean> {
    const { access, topics } = this.args;
    const all = await Promise.all(
      topics.map(async (topic) =>
        (await endOffsets(access, topic)).every(
          (end, partition) => Number(this.next.get(`${topic}/${partition}`)?.offset ?? -1) >= end,
        ),
      ),
    );
    return all.every(Boolean);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.session().catch(() => undefined);
      if (!this.stopped) await sleep(commitMs);
    }
  }

  private async session(): Promise<void> {
    const { Consumer, stringDeserializers } = await kafkaLibrary();
    const { access, group, topics, region } = this.args;
    const consumer = new Consumer({
      ...{ ...clientOptions(access), groupId: group, deserializers: stringDeserializers },
      ...{ sessionTimeout: 10_000, heartbeatInterval: 1000, autocommit: false, retries: 3 },
    });
    // An error event without a listener would end the process, such as that of a failed attempt to join again.
    const broken = new Promise<never>((_, reject) => consumer.on("error", reject));
    broken.catch(() => undefined);
    try {
      const offsets = await startOffsets(access, group, topics);
      const session = (this.log.session += 1);
      this.next = new Map(offsets.map((one) => [`${one.topic}/${one.partition}`, one]));
      for (const { topic, partition, offset } of offsets)
        this.log.starts.push({ session, region, topic, partition, offset: Number(offset) });
      const stream = await consumer.consume({
        ...{ topics: [...topics], mode: "manual", offsets, maxWaitTime: 200 },
      });
      const failed = new Promise<never>((_, reject) => stream.once("error", reject));
      failed.catch(() => undefined);
      stream.on("data", ({ value, topic, partition, offset }) => {
        this.next.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1n });
        const number = numberOf(this.args, value);
        const place = { region, topic, partition, offset: Number(offset) };
        if (number !== undefined) this.log.deliveries.push({ number, session, ...place });
      });
      await Promise.race([this.commitUntilStopped(consumer, session), failed, broken]);
      await Promise.race([Promise.resolve(stream.close()), sleep(closeMs)]);
    } finally {
      await Promise.race([
        Promise.resolve(consumer.close(true)).catch(() => undefined),
        sleep(closeMs),
      ]);
    }
  }

  private async commitUntilStopped(
    consumer: { commit(options: { offsets: CommittedOffset[] }): unknown },
    session: number,
  ): Promise<void> {
    const committed = new Map([...this.next].map(([key, { offset }]) => [key, offset]));
    for (let last = false; !last;) {
      await sleep(commitMs);
      // One more after the stop, for what was read until then.
      last = this.stopped;
      const changed = [...this.next].filter(([key, { offset }]) => committed.get(key) !== offset);
      if (changed.length === 0) continue;
      await consumer.commit({ offsets: changed.map(([, one]) => ({ ...one, leaderEpoch: 0 })) });
      for (const [key, { topic, partition, offset }] of changed) {
        committed.set(key, offset);
        const place = { region: this.args.region, topic, partition, offset: Number(offset) };
        this.log.commits.push({ session, ...place });
      }
    }
  }
}

interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
}
