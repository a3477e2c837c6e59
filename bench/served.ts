/** One answer that a gateway gave: by which version, and when it had come (milliseconds of any one clock). */
export interface Served {
  readonly version: string;
  readonly at: number;
}

/** When a version first answered; undefined: not yet. Pure. */
export function firstBy(version: string, answers: readonly Served[]): number | undefined {
  return answers.find((answer) => answer.version === version)?.at;
}

/**
 * When a version's share was seen to have grown; undefined: not yet. The gateway takes turns: of 10 % every tenth answer is the
 * version's, of 25 % every fourth, so that two that are closer than half-way between tell of the greater share. Pure.
 * @param from Percentage of before, above 0.
 * @param to Percentage that is waited for, above `from`.
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
 * When a version answered for the last time; undefined: nobody can know yet. Pure.
 * @param told When the gateway was told so: answers before tell nothing.
 * @param quiet So many answers by others tell that it answers no more: more than the gateway gives between two of its own.
 * @returns `told` when it has not answered at all.
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
