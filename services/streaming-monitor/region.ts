import {
  type Kafka,
  type KafkaAccess,
  withKafka,
} from "../../infra/components/streaming/handlers/kafkaClient";
import type { RegionState, TopicState } from "../../infra/components/streaming/status";

type Metadata = Awaited<ReturnType<Kafka["metadataV12"]["api"]["async"]>>;

/** Reads the state of one region's Kafka. @throws when no broker answers. */
export async function readRegion(access: KafkaAccess, kafka: Promise<Kafka>): Promise<RegionState> {
  const metadata = await withKafka(
    access,
    (connection, { metadataV12 }) => metadataV12.api.async(connection, null, false, false),
    kafka,
  );
  const topics = Object.fromEntries(
    metadata.topics
      .filter(({ isInternal }) => !isInternal)
      .map(({ name, partitions }) => [name ?? "", describe(partitions)] as const),
  );
  const groups: Record<string, Record<string, number[]>> = {};
  // A broker answers for the partitions that it leads and for the groups that it coordinates.
  await Promise.all(
    metadata.brokers.map(async ({ nodeId, host, port }) => {
      const server = { ...access, servers: [`${host}:${port}`] };
      const read = await readBroker(server, kafka, metadata, nodeId);
      for (const { topic, partition, offset, newest } of read.ends) {
        topics[topic]?.ends.splice(partition, 1, offset);
        topics[topic]?.newest.splice(partition, 1, newest);
      }
      Object.assign(groups, read.groups);
    }),
  );
  return { brokers: metadata.brokers.length, topics, groups };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function describe(
  partitions: Metadata["topics"][number]["partitions"],
): Mutable<TopicState> & { ends: number[]; newest: number[] } {
  return {
    partitions: partitions.length,
    underReplicated: partitions.filter(
      ({ leaderId, isrNodes, replicaNodes }) =>
        leaderId < 0 || isrNodes.length < replicaNodes.length,
    ).length,
    ends: partitions.map(() => -1),
    newest: partitions.map(() => -1),
  };
}

function readBroker(
  access: KafkaAccess,
  library: Promise<Kafka>,
  { topics }: Metadata,
  nodeId: number,
) {
  return withKafka(
    access,
    async (connection, kafka) => {
      const list = async (time: bigint) => {
        const asked = ledBy(nodeId, topics, time);
        const answer = await kafka.listOffsetsV9.api.async(connection, -1, 0, asked);
        return answer.topics.flatMap(({ name, partitions }) =>
          partitions.map((one) => ({ topic: name, partition: one.partitionIndex, ...one })),
        );
      };
      const newest = await list(newestRecord);
      const times = new Map(newest.map((one) => [`${one.topic}/${one.partition}`, one.timestamp]));
      const ends = (await list(afterLastRecord)).map(({ topic, partition, offset }) => ({
        ...{ topic, partition, offset: Number(offset) },
        newest: Number(times.get(`${topic}/${partition}`) ?? -1),
      }));
      const listed = await kafka.listGroupsV5.api.async(connection, [], []);
      const names = listed.groups
        .filter(({ protocolType }) => protocolType === "consumer")
        .map(({ groupId }) => groupId);
      return { ends, groups: await readGroups(connection, kafka, names) };
    },
    library,
  );
}

/** What a broker is asked for in place of a time: the offset after the last record, or the record with the latest time. */
const afterLastRecord = -1n;
const newestRecord = -3n;

/** The partitions that a broker leads, as it is asked for their offsets. */
function ledBy(nodeId: number, topics: Metadata["topics"], timestamp: bigint) {
  return topics
    .filter(({ isInternal }) => !isInternal)
    .map(({ name, partitions }) => ({
      name: name ?? "",
      partitions: partitions
        .filter(({ leaderId }) => leaderId === nodeId)
        .map(({ partitionIndex }) => ({
          ...{ partitionIndex, currentLeaderEpoch: -1, timestamp },
        })),
    }))
    .filter(({ partitions }) => partitions.length > 0);
}

async function readGroups(
  connection: Parameters<Parameters<typeof withKafka>[1]>[0],
  kafka: Kafka,
  names: readonly string[],
): Promise<Record<string, Record<string, number[]>>> {
  if (names.length === 0) return {};
  // Null means all topics.
  const topics = null as unknown as never[];
  const asked = names.map((groupId) => ({ groupId, memberEpoch: -1, memberId: null, topics }));
  const { groups } = await kafka.offsetFetchV9.api.async(connection, asked, false);
  return Object.fromEntries(
    groups.map((group) => [
      group.groupId,
      Object.fromEntries(
        group.topics.map(({ name, partitions }) => {
          const offsets: number[] = [];
          for (const { partitionIndex, committedOffset } of partitions)
            offsets[partitionIndex] = Number(committedOffset);
          return [name, Array.from(offsets, (offset) => offset ?? -1)];
        }),
      ),
    ]),
  );
}
