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
