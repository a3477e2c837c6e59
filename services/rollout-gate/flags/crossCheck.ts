import { setImmediate as nextTurn } from "node:timers/promises";
import type { LDContext, LDSingleKindContext } from "launchdarkly-node-server-sdk";
import { percentageOf } from "../../../infra/components/rollouts/verdict";
import { sampleContext } from "./contexts";
import type { Reading } from "./percentage";

/** Number of contexts in a sample: some 15 ms of work, once for each change of a flag. */
export const sampleSize = 1000;

/** Number of contexts that are evaluated before the event loop runs other tasks. */
const turn = 100;

/** The SDK's evaluation of a sample, compared with the percentage that was read from the flag's data. */
export interface Comparison {
  /** Percentage of the sample that got `true`. */
  readonly found: number;
  /** Percentage that was read from the flag's data. */
  readonly read: number;
  readonly agrees: boolean;
}

/**
 * Maximum difference between the share in a sample and the true share, both 0 to 1: six standard deviations, and ten more
 * contexts, because the tails of a small share are not those of the normal distribution. A share of 0 or 1 has no noise.
 */
export function tolerance(share: number, size: number): number {
  if (share <= 0 || share >= 1) return 0;
  return 6 * Math.sqrt((share * (1 - share)) / size) + 10 / size;
}

/**
 * Evaluates many contexts in the region with the SDK, and compares the share that is served `true` with the percentage that was
 * read. Only this detects a wrong reading, e.g. a rule that applies to the region alone but not to a user in it.
 * @param evaluate The SDK's evaluation of the flag.
 */
export async function crossCheck(
  evaluate: (context: LDContext) => Promise<unknown>,
  region: LDSingleKindContext,
  reading: Reading,
  size = sampleSize,
): Promise<Comparison> {
  const read = percentageOf(reading) ?? 0;
  let given = 0;
  for (let index = 0; index < size; index++) {
    if (index % turn === turn - 1) await nextTurn();
    if ((await evaluate(sampleContext(region, reading.rollout, index))) === true) given += 1;
  }
  const share = given / size;
  const agrees = Math.abs(share - read / 100) <= tolerance(read / 100, size);
  return { found: share * 100, read, agrees };
}
