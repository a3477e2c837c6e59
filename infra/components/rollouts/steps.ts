/** Default percentages of traffic in a rollout. An app's configuration can override them. */
export const defaultWeights: readonly number[] = [10, 25, 50, 100];

/** One step of a rollout, in each region. */
export type RolloutStep =
  /** Polls the gate until it allows this weight. The one after the last weight polls until the flag is retired. */
  | { readonly kind: "gate"; readonly weight: number; readonly last: boolean }
  /** Sends this percentage of the requests to the new version. */
  | { readonly kind: "weight"; readonly weight: number };

/**
 * The steps of a rollout. They do not depend on the flag: a change of the steps during a rollout would restart it. A gate precedes
 * each weight. The gate after the last weight polls until the flag is retired, so that `off` still works at 100 %.
 * @param weights Whole percentages, ascending, the last one 100.
 * @throws RangeError for invalid weights.
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
