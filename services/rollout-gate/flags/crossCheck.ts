import { setImmediate as nextTurn } from "node:timers/promises";
import type { LDContext, LDSingleKindContext } from "launchdarkly-node-server-sdk";
import { percentageOf } from "../../../infra/components/rollouts/verdict";
import { sampleContext } from "./contexts";
import type { Reading } from "./percentage";

/** Contexts in a sample: some 15 ms of work, once for each change of a flag. */
export const sampleSize = 1000;

/** Contexts evaluated before others get their turn. */
const turn = 100;

/** What the SDK makes of a sample, beside what was read from the flag's data. */
export interface Comparison {
  /** Percentage of the sample that got `true`. */
  readonly found: number;
  /** Percentage that was read. */
  readonly read: number;
  readonly agrees: boolean;
}

/**
 * How far a share found in a sample may be from the true one, both within 0 to 1: six standard deviations, and ten contexts more
 * since the tails of a small share are not the normal distribution's. What is certain has no noise.
 */
export function tolerance(share: number, size: number): number {
  if (share <= 0 || share >= 1) return 0;
  return 6 * Math.sqrt((share * (1 - share)) / size) + 10 / size;
}

/**
 * Has the SDK evaluate many contexts in the region, and compares the share that gets `true` with what was read: the one thing
 * that shows a wrong reading, e.g. a rule that applies to the region alone but not to a user in it.
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
