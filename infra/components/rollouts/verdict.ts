/** How far a flag lets a new version go in one region. */
export type FlagState =
  /** Whole or broken percentage of the region's contexts that get the new version. */
  | { readonly kind: "on"; readonly percentage: number }
  /** Nobody gets it. */
  | { readonly kind: "off" }
  /** The new version is the only one: nothing is gated any more. */
  | { readonly kind: "retired" };

/** What the gate knows of a flag. */
export interface FlagKnowledge {
  /** As last heard; undefined: there is no such flag, or nothing has been heard yet. */
  readonly state: FlagState | undefined;
  /** Whether the source still answers for it. */
  readonly fresh: boolean;
}

/** How far a flag goes, in percent: off is 0, retired 100; null: unknown. */
export function percentageOf({ state }: Pick<FlagKnowledge, "state">): number | null {
  switch (state?.kind) {
    case undefined:
      return null;
    case "on":
      return Number.isFinite(state.percentage) ? state.percentage : null;
    case "off":
      return 0;
    case "retired":
      return 100;
  }
}

/** What a rollout's analysis is told. hold is neither success nor failure: it asks again. */
export type Verdict = "allowed" | "hold" | "killed";

/**
 * Decides whether a weight may be entered, or stayed at after the last one.
 *
 * What is not known for sure never raises a weight. What was off when last heard stays off: to go on at the old weight
 * because nobody can be asked would be the one thing that whoever switched it off did not want.
 *
 * @param question `last`: the weight has been entered, and the rollout ends when this is allowed.
 */
export function verdictOf(
  { state, fresh }: FlagKnowledge,
  question: { readonly weight: number; readonly last: boolean },
): Verdict {
  if (state?.kind === "off") return "killed";
  if (state === undefined || !fresh) return "hold";
  if (state.kind === "retired") return "allowed";
  if (question.last || !(question.weight <= state.percentage)) return "hold";
  return "allowed";
}

/**
 * Whether a verdict is news to an analysis. Weight 0 is entered from the beginning: whoever asks for it wants to hear of nothing but off.
 */
export function isNews(verdict: Verdict, question: { readonly weight: number }): boolean {
  return verdict === "killed" || (verdict === "allowed" && question.weight > 0);
}

/** Whether a rollout that was killed may begin again: the flag has to be known to be on. */
export function mayRetry({ state, fresh }: FlagKnowledge): boolean {
  return fresh && (state?.kind === "retired" || (state?.kind === "on" && state.percentage > 0));
}

/**
 * Whether a region that has no version yet may start with the new one. Without a version to come from a rollout takes no steps
 * at all: it would be at 100 % at once, as in a region that joins or returns in the middle of a rollout. At 100 % of the flag
 * it has to have one, too: that is what off goes back to.
 */
export function mayStartNew({ state, fresh }: FlagKnowledge): boolean {
  return fresh && state?.kind === "retired";
}
