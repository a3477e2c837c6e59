/** Percentages of traffic that a new version goes through, unless an app's configuration says otherwise. */
export const defaultWeights: readonly number[] = [10, 25, 50, 100];

/** One step of a rollout, in each region. */
export type RolloutStep =
  /** Asks the gate until it lets this weight be entered. The one after the last weight asks whether the flag is retired. */
  | { readonly kind: "gate"; readonly weight: number; readonly last: boolean }
  /** Sends this percentage of the requests to the new version. */
  | { readonly kind: "weight"; readonly weight: number };

/**
 * The steps of a rollout. They never depend on the flag: an edit of the steps in mid-rollout would begin it anew. Before each
 * weight the gate is asked; after the last one it is asked for as long as the flag is there, so that off still works at 100 %.
 * @param weights Whole percentages, ascending, the last one 100.
 * @throws RangeError for any others.
 */
export function rolloutSteps(weights: readonly number[] = defaultWeights): RolloutStep[] {
  const ascending = weights.every((weight, index) => weight > (weights[index - 1] ?? 0));
  if (!ascending || weights.at(-1) !== 100 || !weights.every((weight) => Number.isInteger(weight)))
    throw new RangeError(`${weights.join(", ")}: weights are whole, ascend and end with 100`);
  return [
    ...weights.flatMap((weight): RolloutStep[] => [
      { kind: "gate", weight, last: false },
      { kind: "weight", weight },
    ]),
    { kind: "gate", weight: 100, last: true },
  ];
}
