import { type Kafka, withKafka } from "../../infra/components/streaming/handlers/kafkaClient";
import { accessTo, offsetsOf, type RunningKafka } from "./kafka";

/** Bytes of one answer and of one partition's part of it. */
const answerBytes = 4 << 20;
const partitionBytes = 1 << 20;

/**
 * Reads a topic of a region, whose partitions have one leader, from its end on.
 * @param onRecords gets the ages of records in milliseconds, by the clock of this machine, when they arrive.
 * @returns when it reads; `stop` ends it.
 */
export async function observe(
  kafka: RunningKafka,
  region: string,
  topic: string,
  onRecords: (ages: readonly number[]) => void,
): Promise<{ stop(): Promise<void> }> {
  let [stopped, started] = [false, () => undefined as void];
  const reads = new Promise<void>((resolve) => (started = resolve));
  const reading = withKafka(accessTo(kafka, region), async (connection, library) => {
    const { topics } = await library.metadataV12.api.async(connection, [topic], false, false);
    const topicId = topics[0]?.topicId ?? "";
    const next = (await offsetsOf(connection, library, topic)).map(({ offset }) => BigInt(offset));
    started();
    while (!stopped) {
      const partitions = next.map((fetchOffset, partition) => ({
        ...{ partition, fetchOffset, partitionMaxBytes: partitionBytes },
        ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
      }));
      const asked = [{ topicId, partitions }];
      const limits = [200, 1, answerBytes, 0, 0, -1] as const;
      const answer = await library.fetchV17.api.async(connection, ...limits, asked, [], "");
      onRecords(agesOf(answer, next, Date.now()));
    }
  });
  await Promise.race([reads, reading]);
  return {
    stop: async () => {
      stopped = true;
      await reading;
    },
  };
}

type Answer = Awaited<ReturnType<Kafka["fetchV17"]["api"]["async"]>>;

/** Ages of the records that were not read before, and moves `next` behind them. */
export function agesOf(
  { responses }: Pick<Answer, "responses">,
  next: bigint[],
  now: number,
): number[] {
  const ages: number[] = [];
  for (const { partitionIndex, records = [] } of responses.flatMap((one) => one.partitions))
    for (const batch of records)
      for (const { offsetDelta, timestampDelta } of batch.records) {
        const offset = batch.firstOffset + BigInt(offsetDelta);
        if (offset < (next[partitionIndex] ?? 0n)) continue;
        next[partitionIndex] = offset + 1n;
        ages.push(now - Number(batch.firstTimestamp + BigInt(timestampDelta)));
      }
  return ages;
}
