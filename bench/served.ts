/** One answer of a gateway: the version that answered, and when it arrived (milliseconds of any single clock). */
export interface Served {
  readonly version: string;
  readonly at: number;
}

/** When a version first answered; undefined: not yet. Pure. */
export function firstBy(version: string, answers: readonly Served[]): number | undefined {
  return answers.find((answer) => answer.version === version)?.at;
}

/**
 * When a version's share was seen to have grown; undefined: not yet. The gateway alternates: at 10 % every tenth answer is the
 * version's, at 25 % every fourth. Two answers whose distance is less than half-way between the two intervals therefore prove
 * the greater share. Pure.
 * @param from Percentage before, above 0.
 * @param to Expected percentage, above `from`.
 */
export function grownBy(
  version: string,
  answers: readonly Served[],
  from: number,
  to: number,
): number | undefined {
  const closest = (100 / from + 100 / to) / 2;
  const places = answers.flatMap((answer, place) => (answer.version === version ? [place] : []));
  const close = places.find((place, index) => place - (places[index - 1] ?? -Infinity) < closest);
  return close === undefined ? undefined : answers[close]?.at;
}

/**
 * When a version answered for the last time; undefined: not yet known. Pure.
 * @param told When the gateway received the weight: earlier answers prove nothing.
 * @param quiet Number of answers by other versions that prove that it no longer answers: more than the gateway gives between
 * two of its own.
 * @returns `told` if it has not answered at all.
 */
export function lastBy(
  version: string,
  answers: readonly Served[],
  told: number,
  quiet: number,
): number | undefined {
  const last = answers.findLast((answer) => answer.version === version)?.at;
  const after = answers.filter(({ at }) => at > Math.max(last ?? told, told));
  return after.length < quiet ? undefined : (last ?? told);
}
