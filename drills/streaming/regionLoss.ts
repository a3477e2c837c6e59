import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./accounting";
import { type DrillKafka, KafkaDrill } from "./drill";
import { waitUntil } from "./waitUntil";

/** A region's loss with consumers. */
export interface RegionLossArgs {
  /** Topic that is mirrored between the regions, and an app that reads it. */
  readonly topic: string;
  readonly reader: string;
  /** Region that is lost, and the one in which producers and consumers continue. */
  readonly lost: string;
  readonly other: string;
  /** Loses and returns the region. */
  readonly lose: () => Promise<unknown>;
  readonly giveBack: () => Promise<unknown>;
  /** Records that are acknowledged before the group is known in the other region, after that, and after the loss: at least. */
  readonly records: number;
}

/** Seconds until the records of a step are acknowledged or delivered. */
const limitSeconds = 120;

/** Milliseconds in which a mirror writes its last records after the loss of their source. */
const settleMs = 1000;

/**
 * Writes records in a region and reads them there, loses the region, continues both in another from the translated offsets, returns
 * the region, and continues there.
 * @returns the account, with the re-read records and those that were not copied at the loss.
 */
export async function loseRegionWithConsumers(
  kafka: DrillKafka,
  args: RegionLossArgs,
): Promise<Account> {
  const drill = new KafkaDrill(kafka, args.topic, args.reader);
  try {
    await drill.mirrored();
    const { copied, elsewhere } = await loseAndContinue(kafka, drill, args);
    const { lost, other } = args;
    await drill.mirrored();
    await drill.translated(other, lost);
    const back = drill.sessions + 1;
    const returned = drill.read(lost);
    await drill.drained(returned);
    await returned.stop();
    return await drill.account({
      ...{ region: lost, continuedIn: other, copied, sessions: { elsewhere, back } },
    });
  } finally {
    await drill.stop();
  }
}

/** Until the group has read everything in the other region. The region returns in any case. */
async function loseAndContinue(
  kafka: DrillKafka,
  drill: KafkaDrill,
  { lost, other, records, lose, giveBack }: RegionLossArgs,
): Promise<{ copied: number[]; elsewhere: number }> {
  const [writer, reader] = [drill.write(lost), drill.read(lost)];
  await reached("records are acknowledged", kafka, () => drill.acknowledged >= records);
  await reached("records are delivered", kafka, () => drill.delivered >= records / 2);
  // Without it the group would be unknown in the other region, and start at the oldest record.
  await drill.translatedAtAll(lost, other);
  const known = drill.acknowledged;
  await reached("more records are acknowledged", kafka, () => {
    return drill.acknowledged >= known + records;
  });
  try {
    await lose();
    await Promise.all([writer.stop(), reader.stop()]);
    await sleep(settleMs);
    const copied = await drill.copied(lost, other);
    const [before, elsewhere] = [drill.acknowledged, drill.sessions + 1];
    const [writing, continued] = [drill.write(other), drill.read(other)];
    await reached("records are written elsewhere", kafka, () => {
      return drill.acknowledged >= before + records;
    });
    await writing.stop();
    await drill.drained(continued);
    await continued.stop();
    return { copied, elsewhere };
  } finally {
    await giveBack();
  }
}

function reached(text: string, { signal }: DrillKafka, check: () => boolean): Promise<void> {
  return waitUntil(text, limitSeconds, signal, check);
}
