import type { RolloutStep } from "./steps";
import { type FlagKnowledge, mayRetry, mayStartNew, verdictOf } from "./verdict";

/** What one region's rollout of one app is doing, in the words of `meridian status`. */
export type RolloutPhase =
  /** Nothing new is there. */
  | "stable"
  /** The gate has not let the first weight be entered. */
  | "waiting"
  /** At a weight, and the gate does not let it go on. */
  | "held"
  /** On its way to the weight that was allowed. */
  | "stepping"
  /** The flag was switched off: everybody is back on the stable version. */
  | "killed"
  /** At 100 %, until the flag is retired. */
  | "complete";

/** One region's rollout of one app. */
export interface RolloutState {
  /** The version that is known to be good; undefined: the region runs none. */
  readonly stable: string | undefined;
  /** The version that git asks for. */
  readonly desired: string;
  /** Which step it is at. */
  readonly step: number;
  /** Percentage of the requests that get the desired version. */
  readonly weight: number;
  readonly phase: RolloutPhase;
}

/** What happens to a region. */
export type RolloutEvent =
  /** Git asks for a version. */
  | { readonly kind: "version"; readonly version: string }
  /** The gate was asked, and this is what it knew. */
  | { readonly kind: "gate"; readonly known: FlagKnowledge }
  /** The gate could not be asked. */
  | { readonly kind: "silence" }
  /** The replicas of a weight that was entered are ready. */
  | { readonly kind: "ready" }
  /** The region was lost with all that it knew, and has returned empty. What others run is its version to come from. */
  | { readonly kind: "returned"; readonly known: FlagKnowledge; readonly stableElsewhere: string };

/** A region that runs one version. */
export function stableState(version: string): RolloutState {
  return { stable: version, desired: version, step: 0, weight: 0, phase: "stable" };
}

/**
 * What a region does next. It is the platform's own words for what Argo Rollouts does with `rolloutSteps`, and what is
 * checked against every history of a flag; the controller itself stays the one that does it.
 */
export function nextState(
  state: RolloutState,
  event: RolloutEvent,
  steps: readonly RolloutStep[],
): RolloutState {
  switch (event.kind) {
    case "version":
      return begin(state, event.version);
    case "silence":
      return state;
    case "ready":
      return state.phase === "stepping" ? settle(state, steps) : state;
    case "returned":
      return comeBack(state, event.known, event.stableElsewhere);
    case "gate":
      return asked(state, event.known, steps);
  }
}

/** A new version begins at the first step; the old one again ends a rollout at once. */
function begin(state: RolloutState, version: string): RolloutState {
  if (version === state.desired) return state;
  if (version === state.stable) return stableState(version);
  return { ...state, desired: version, step: 0, weight: 0, phase: "waiting" };
}

function asked(
  state: RolloutState,
  known: FlagKnowledge,
  steps: readonly RolloutStep[],
): RolloutState {
  if (state.phase === "stable") return state;
  const killed: RolloutState = { ...state, step: 0, weight: 0, phase: "killed" };
  // The analysis beside the steps: pods that never become ready must not keep off from being heard.
  if (state.phase === "stepping") return known.state?.kind === "off" ? killed : state;
  if (state.phase === "killed")
    return mayRetry(known) ? { ...state, step: 0, weight: 0, phase: "waiting" } : state;
  const step = steps[state.step];
  if (step?.kind !== "gate") return state;
  switch (verdictOf(known, step)) {
    case "hold":
      return state;
    case "killed":
      return killed;
    case "allowed":
      return step.last ? stableState(state.desired) : enter(state, steps);
  }
}

function enter(state: RolloutState, steps: readonly RolloutStep[]): RolloutState {
  const next = steps[state.step + 1];
  if (next?.kind !== "weight") throw new RangeError("after a gate comes a weight");
  return { ...state, step: state.step + 1, weight: next.weight, phase: "stepping" };
}

function settle(state: RolloutState, steps: readonly RolloutStep[]): RolloutState {
  const step = state.step + 1;
  const gate = steps[step];
  const phase = gate?.kind === "gate" && gate.last ? "complete" : "held";
  return { ...state, step, phase };
}

/** It takes no steps without a version to come from, so it is given one, until the flag is retired. */
function comeBack(state: RolloutState, known: FlagKnowledge, stable: string): RolloutState {
  if (stable === state.desired || mayStartNew(known)) return stableState(state.desired);
  return { stable, desired: state.desired, step: 0, weight: 0, phase: "waiting" };
}
