import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaAccess } from "../../infra/components/streaming/handlers/kafkaClient";
import { kafkaLibrary } from "../../infra/components/streaming/handlers/kafkaClient";
import type { Numbered } from "./accounting";
import { clientOptions } from "./clients";
import { type Numbering, valueOf } from "./records";

/** Records of one request, and milliseconds between two requests: 200 records in a second. */
const batch = 20;
const pauseMs = 100;

/** Milliseconds after which a request without an answer has failed. */
const timeoutMs = 5000;

/** Where a writer writes. */
export interface WriterArgs extends Numbering {
  readonly access: KafkaAccess;
  readonly region: string;
  readonly topic: string;
  readonly partitions: number;
  /** First number. */
  readonly from: number;
}

/**
 * Writes numbered records until it is stopped, acknowledged by all in-sync replicas. It never sends a number again: one whose request
 * has failed is uncertain, because Kafka may have it.
 */
export class NumberedWriter {
  readonly acknowledged: Numbered[] = [];
  readonly uncertain: number[] = [];
  private readonly writing: Promise<void>;
  private stopped = false;
  private next: number;

  constructor(private readonly args: WriterArgs) {
    this.next = args.from;
    this.writing = this.run();
  }

  /** The first number that it has not used. */
  get end(): number {
    return this.next;
  }

  /** Ends after the current request. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.writing;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.session().catch(() => undefined);
      if (!this.stopped) await sleep(pauseMs);
    }
  }

  /** A producer has an identity of its own: after a failure, a new one is needed for idempotent writes. */
  private async session(): Promise<void> {
    const { Producer, stringSerializers } = await kafkaLibrary();
    const producer = new Producer({
      ...{ ...clientOptions(this.args.access), serializers: stringSerializers },
      ...{ retries: 2, retryDelay: 200, timeout: timeoutMs },
    });
    // Errors of requests are results of `send`. An error event without a listener would end the process.
    producer.on("error", () => undefined);
    try {
      while (!this.stopped) {
        await this.send(async (messages) => {
          const { offsets = [] } = await producer.send({ messages, acks: -1, idempotent: true });
          return offsets;
        });
        await sleep(pauseMs);
      }
    } finally {
      await Promise.race([
        Promise.resolve(producer.close()).catch(() => undefined),
        sleep(timeoutMs),
      ]);
    }
  }

  private async send(
    request: (
      messages: { topic: string; partition: number; value: string }[],
    ) => Promise<{ partition: number; offset: bigint }[]>,
  ): Promise<void> {
    const { topic, region, partitions } = this.args;
    const numbers = Array.from({ length: batch }, (_, index) => this.next + index);
    this.next += batch;
    const partitionOf = (number: number) => number % partitions;
    try {
      const first = await request(
        numbers.map((number) => ({
          ...{ topic, partition: partitionOf(number), value: valueOf(this.args, number) },
        })),
      );
      // The answer has the offset of the first record of each partition: the others follow in order.
      const offsets = new Map(first.map(({ partition, offset }) => [partition, Number(offset)]));
      for (const number of numbers) {
        const partition = partitionOf(number);
        const offset = offsets.get(partition);
        if (offset === undefined) throw new Error(`no offset for partition ${partition}`);
        offsets.set(partition, offset + 1);
        this.acknowledged.push({ number, region, topic, partition, offset });
      }
    } catch (error) {
      this.uncertain.push(...numbers);
      throw error;
    }
  }
}
