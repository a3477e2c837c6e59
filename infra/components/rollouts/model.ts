import type { RolloutStep } from "./steps";
import { type FlagKnowledge, mayRetry, mayStartNew, verdictOf } from "./verdict";

/** Phase of one region's rollout of one app, as in `meridian status`. */
export type RolloutPhase =
  /** There is no new version. */
  | "stable"
  /** The gate has not allowed the first weight. */
  | "waiting"
  /** At a weight, and the gate does not allow the next one. */
  | "held"
  /** Advancing to the allowed weight. */
  | "stepping"
  /** The flag was switched off: the stable version serves all requests again. */
  | "killed"
  /** At 100 %, until the flag is retired. */
  | "complete";

/** One region's rollout of one app. */
export interface RolloutState {
  /** The stable version; undefined: the region has none. */
  readonly stable: string | undefined;
  /** The desired version in git. */
  readonly desired: string;
  /** Index of the current step. */
  readonly step: number;
  /** Percentage of the requests that the desired version serves. */
  readonly weight: number;
  readonly phase: RolloutPhase;
}

/** An event in a region. */
export type RolloutEvent =
  /** Git contains a new desired version. */
  | { readonly kind: "version"; readonly version: string }
  /** A poll of the gate, with the gate's knowledge of the flag. */
  | { readonly kind: "gate"; readonly known: FlagKnowledge }
  /** The gate was unavailable. */
  | { readonly kind: "silence" }
  /** The replicas of the current weight are ready. */
  | { readonly kind: "ready" }
  /** The region was lost with all its data and has returned empty. Its baseline is the other regions' version. */
  | { readonly kind: "returned"; readonly known: FlagKnowledge; readonly stableElsewhere: string };

/** State of a region that runs one version. */
export function stableState(version: string): RolloutState {
  return { stable: version, desired: version, step: 0, weight: 0, phase: "stable" };
}

/**
 * Next state of a region. It models the behavior of Argo Rollouts with `rolloutSteps`. Tests check the model against every history
 * of a flag; the controller performs the rollout.
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

/** A new version starts at the first step. A return to the stable version ends a rollout immediately. */
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
  // The parallel analysis: pods that never become ready must not block the effect of `off`.
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

/** A rollout has no steps without a baseline version, so the region starts with the others' stable one until the flag is retired. */
function comeBack(state: RolloutState, known: FlagKnowledge, stable: string): RolloutState {
  if (stable === state.desired || mayStartNew(known)) return stableState(state.desired);
  return { stable, desired: state.desired, step: 0, weight: 0, phase: "waiting" };
}
