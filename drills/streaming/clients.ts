import { setTimeout as sleep } from "node:timers/promises";
import { offsetsOf } from "../../bench/streaming/kafka";
import {
  type KafkaAccess,
  kafkaLibrary,
  withKafka,
} from "../../infra/components/streaming/handlers/kafkaClient";

/** Options of every client of the library. */
export const clientOptions = ({ servers, authority: ca, certificate: cert, key }: KafkaAccess) => ({
  clientId: "meridian-drill",
  bootstrapBrokers: [...servers],
  tls: { ca, cert, key },
  retries: 20,
  retryDelay: 500,
  connectTimeout: 3000,
});

/** Writes records, acknowledged by all in-sync replicas. @returns when all are. */
export async function produce(
  access: KafkaAccess,
  topic: string,
  values: readonly string[],
): Promise<void> {
  const { Producer, stringSerializers } = await kafkaLibrary();
  const producer = new Producer({ ...clientOptions(access), serializers: stringSerializers });
  try {
    const messages = values.map((value) => ({ topic, key: value, value }));
    await producer.send({ messages, acks: -1, idempotent: true });
  } finally {
    await producer.close();
  }
}

/**
 * Reads as a member of a group, from its committed offsets or else from the oldest record, and commits what it has read.
 * @param until how many records to read. @param seconds limit, after which it returns what it has.
 */
export async function consume(
  access: KafkaAccess,
  group: string,
  topics: readonly string[],
  until: number,
  seconds = 30,
): Promise<string[]> {
  const { Consumer, stringDeserializers } = await kafkaLibrary();
  const consumer = new Consumer({
    ...{ ...clientOptions(access), groupId: group, deserializers: stringDeserializers },
    ...{ sessionTimeout: 10_000, heartbeatInterval: 500, autocommit: false },
  });
  const read: string[] = [];
  const next = new Map<string, { topic: string; partition: number; offset: bigint }>();
  try {
    // The library's own mode commits the last record that was read, where Kafka expects the next one to read.
    const offsets = await startOffsets(access, group, topics);
    const stream = await consumer.consume({
      ...{ topics: [...topics], mode: "manual", offsets, maxWaitTime: 200 },
    });
    stream.on("data", ({ value, topic, partition, offset }) => {
      read.push(value);
      next.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1n });
    });
    const failed = new Promise<never>((_, reject) => stream.once("error", reject));
    const end = Date.now() + 1000 * seconds;
    const enough = async () => {
      while (read.length < until && Date.now() < end) await sleep(50);
    };
    await Promise.race([enough(), failed]);
    const commits = [...next.values()].map((one) => ({ ...one, leaderEpoch: 0 }));
    if (commits.length > 0) await consumer.commit({ offsets: commits });
    await stream.close();
    return read;
  } finally {
    await Promise.resolve(consumer.close(true));
  }
}

/** Where a group continues in each partition: at its committed offset, or else at the beginning. */
export async function startOffsets(access: KafkaAccess, group: string, topics: readonly string[]) {
  const all = await Promise.all(
    topics.map(async (topic) => {
      const [ends, found] = [
        await endOffsets(access, topic),
        await committed(access, group, topic),
      ];
      return ends.map((_, partition) => ({
        ...{ topic, partition, offset: BigInt(found[partition] ?? 0) },
      }));
    }),
  );
  return all.flat();
}

/** A record of a topic. */
export interface StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/**
 * Reads all records that topics of a region have now, from the oldest, and commits nothing.
 * @param group a group that has no other members.
 * @throws when the records cannot be read in the time, in seconds.
 */
export async function readAll(
  access: KafkaAccess,
  group: string,
  topics: readonly string[],
  seconds = 60,
): Promise<StoredRecord[]> {
  const { Consumer, stringDeserializers } = await kafkaLibrary();
  const ends = await Promise.all(
    topics.map(async (topic) => [topic, await endOffsets(access, topic)] as const),
  );
  const left = new Map<string, number>(
    ends.flatMap(([topic, offsets]) =>
      offsets.flatMap((end, partition) =>
        end > 0 ? [[`${topic}/${partition}`, end] as const] : [],
      ),
    ),
  );
  const found: StoredRecord[] = [];
  if (left.size === 0) return found;

  const consumer = new Consumer({
    ...{ ...clientOptions(access), groupId: group, deserializers: stringDeserializers },
    ...{ sessionTimeout: 10_000, heartbeatInterval: 1000, autocommit: false },
  });
  try {
    const offsets = ends.flatMap(([topic, all]) =>
      all.map((_, partition) => ({ topic, partition, offset: 0n })),
    );
    const stream = await consumer.consume({
      ...{ topics: [...topics], mode: "manual", offsets, maxWaitTime: 200 },
    });
    const failed = new Promise<never>((_, reject) => stream.once("error", reject));
    failed.catch(() => undefined);
    stream.on("data", ({ topic, partition, offset, value }) => {
      found.push({ topic, partition, offset: Number(offset), value });
      const key = `${topic}/${partition}`;
      if (Number(offset) + 1 >= (left.get(key) ?? Infinity)) left.delete(key);
    });
    const deadline = Date.now() + 1000 * seconds;
    const complete = async () => {
      while (left.size > 0) {
        if (Date.now() > deadline)
          throw new Error(
            `${[...left.keys()].join(", ")}: not all records could be read in ${seconds} s`,
          );
        await sleep(50);
      }
    };
    await Promise.race([complete(), failed]);
    await stream.close();
    return found;
  } finally {
    await Promise.resolve(consumer.close(true));
  }
}

/** Offset after the last record of each partition of a topic. */
export async function endOffsets(access: KafkaAccess, topic: string): Promise<number[]> {
  const offsets = await withKafka(access, (connection, kafka) =>
    offsetsOf(connection, kafka, topic),
  );
  return offsets.map(({ offset }) => offset);
}

/** Committed offset of each partition of a topic that a group has one for. */
export async function committed(
  access: KafkaAccess,
  group: string,
  topic: string,
): Promise<Record<number, number>> {
  return withKafka(access, async (connection, kafka) => {
    const topics = null as unknown as never[];
    const asked = [{ groupId: group, memberEpoch: -1, memberId: null, topics }];
    // The first request for a group creates the topic of offsets: until then there is no coordinator.
    const fetched = async () => {
      await kafka.findCoordinatorV6.api.async(connection, 0, [group]);
      return kafka.offsetFetchV9.api.async(connection, asked, false);
    };
    let answer = await fetched().catch(() => undefined);
    for (let tries = 0; answer === undefined && tries < 50; tries += 1) {
      await sleep(200);
      answer = await fetched().catch(() => undefined);
    }
    const { groups } = answer ?? (await fetched());
    const found = groups[0]?.topics.find(({ name }) => name === topic)?.partitions ?? [];
    return Object.fromEntries(
      found.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
    );
  });
}
