/** State of a flag in one region. */
export type FlagState =
  /** Percentage of the region's contexts that the flag serves the new version; may be fractional. */
  | { readonly kind: "on"; readonly percentage: number }
  /** The new version serves no requests. */
  | { readonly kind: "off" }
  /** The new version is the only one: the flag no longer gates. */
  | { readonly kind: "retired" };

/** The gate's knowledge of a flag. */
export interface FlagKnowledge {
  /** The last received state; undefined: the flag does not exist, or no flags have been received yet. */
  readonly state: FlagState | undefined;
  /** Whether the source confirms that the state is current. */
  readonly fresh: boolean;
}

/** A flag's rollout percentage: off is 0, retired 100; null: unknown. */
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

/** The gate's response to a rollout's analysis. After hold, neither success nor failure, the analysis polls again. */
export type Verdict = "allowed" | "hold" | "killed";

/**
 * Decides whether a rollout may advance to a weight, or end after the last one.
 *
 * An unknown or stale state never raises a weight. If the source goes silent, the last known `off` still applies: the rollout must
 * not continue against the decision to switch the flag off.
 *
 * @param question `last`: the weight has been reached, and the rollout ends when this is allowed.
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
 * Whether a verdict completes a pending poll. Weight 0 is reached from the start: a poll with weight 0 completes only when the flag is off.
 */
export function isNews(verdict: Verdict, question: { readonly weight: number }): boolean {
  return verdict === "killed" || (verdict === "allowed" && question.weight > 0);
}

/** Whether a killed rollout may restart: the flag's state has to be fresh and on. */
export function mayRetry({ state, fresh }: FlagKnowledge): boolean {
  return fresh && (state?.kind === "retired" || (state?.kind === "on" && state.percentage > 0));
}

/**
 * Whether a region without a version may start with the new one. Without a baseline version, a rollout has no steps: it would be at
 * 100 % immediately, as in a region that joins or returns during a rollout. A baseline is also necessary at 100 % of the flag: `off`
 * reverts to it.
 */
export function mayStartNew({ state, fresh }: FlagKnowledge): boolean {
  return fresh && state?.kind === "retired";
}
