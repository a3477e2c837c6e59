import { abortCause } from "./abort";
import type { RolloutPhase } from "./model";
import { flagOf, type Gate, type RolloutObject, stepsOf, wantedAnnotation } from "./object";
import type { RolloutStep } from "./steps";
import { type FlagKnowledge, percentageOf, type Verdict, verdictOf } from "./verdict";

/** The gate's status of a region's Rollout, for users and `meridian status`. */
export interface GateStatus {
  readonly flag: string;
  readonly region: string;
  /** The gate's verdict on the current or next gate step. */
  readonly verdict: Verdict;
  /** Weight of this gate step, in percent. */
  readonly weight: number;
  /** Whether this is the last gate step: its weight has been reached, and the rollout ends when the gate allows it. */
  readonly last: boolean;
  /** The flag's rollout percentage in this region; null: unknown. */
  readonly percentage: number | null;
  /** Percentage of the requests that the new version currently serves. */
  readonly reached: number;
  /** Explanation for users. */
  readonly reason: string;
  readonly phase: RolloutPhase;
  /** Argo Rollouts' pod template hash of the version that this status describes. */
  readonly hash: string;
  /** Time of the last change of the status, ISO 8601. */
  readonly at: string;
}

/** A gate status without its time. */
export type GateReport = Omit<GateStatus, "at">;

/** The gate's inputs of a status. */
export interface StatusKnowledge {
  readonly region: string;
  /** The flag's state that the region's gate has received, and the reason for it. */
  readonly known: FlagKnowledge & { readonly reason: string };
}

/** The gate status of a Rollout; undefined: it has no gates. */
export function gateStatusOf(
  rollout: RolloutObject,
  { region, known }: StatusKnowledge,
): GateReport | undefined {
  const gate = gateOf(rollout);
  if (gate === undefined) return undefined;
  const verdict = verdictOf(known, gate);
  const phase = phaseOf(rollout, verdict);
  const flag = flagOf(rollout);
  return {
    ...{ flag, region, verdict, weight: gate.weight, last: gate.last },
    percentage: percentageOf(known),
    reached: reachedOf(rollout),
    reason: `${heard(flag, known)}, ${consequence(rollout, phase, gate)}`,
    phase,
    hash: rollout.status?.currentPodHash ?? "",
  };
}

/** Parses a gate status; undefined if it is invalid. */
export function readGateStatus(annotation: string | undefined): GateStatus | undefined {
  if (annotation === undefined) return undefined;
  try {
    const found = JSON.parse(annotation) as Partial<GateStatus> | null;
    return found?.phase === undefined || found.flag === undefined
      ? undefined
      : (found as GateStatus);
  } catch {
    return undefined;
  }
}

/** Whether a Rollout's annotation already has the same content. */
export function isSameReport(annotation: string | undefined, saying: GateReport): boolean {
  if (annotation === undefined) return false;
  try {
    const found = JSON.parse(annotation) as Readonly<Record<string, unknown>> | null;
    return Object.entries(saying).every(([field, value]) => found?.[field] === value);
  } catch {
    return false;
  }
}

/** The current or next gate step; the first one if there is no new version, the last one after all steps. */
export function gateOf(rollout: RolloutObject): Gate | undefined {
  const steps = stepsOf(rollout);
  const isGate = (step: RolloutStep | undefined): step is Gate => step?.kind === "gate";
  const from = isSettled(rollout) ? 0 : indexOf(rollout);
  return steps.slice(from).find(isGate) ?? steps.findLast(isGate);
}

function indexOf({ status }: RolloutObject): number {
  return status?.currentStepIndex ?? 0;
}

/** There is no new version, or the region does not have a first version yet. */
function isSettled({ status }: RolloutObject): boolean {
  return !status?.stableRS || status.stableRS === status.currentPodHash;
}

function phaseOf(rollout: RolloutObject, verdict: Verdict): RolloutPhase {
  if (rollout.metadata.annotations?.[wantedAnnotation] !== undefined) return "waiting";
  if (isSettled(rollout)) return "stable";
  const cause = abortCause(rollout);
  if (cause !== undefined) return cause === "error" && verdict !== "killed" ? "waiting" : "killed";
  const steps = stepsOf(rollout);
  const step = steps[indexOf(rollout)];
  if (step?.kind !== "gate") return "stepping";
  if (step.last) return "complete";
  if (verdict === "allowed") return "stepping";
  const entered = steps.slice(0, indexOf(rollout)).some((before) => before?.kind === "weight");
  return entered ? "held" : "waiting";
}

/** The weight that Argo Rollouts has set; without a traffic router, the weight of the steps. */
function reachedOf(rollout: RolloutObject): number {
  if (isSettled(rollout)) return 0;
  const set = rollout.status?.canary?.weights?.canary?.weight;
  if (set !== undefined) return set;
  if (rollout.status?.abort === true) return 0;
  const entered = stepsOf(rollout).slice(0, indexOf(rollout) + 1);
  return entered.findLast((step) => step?.kind === "weight")?.weight ?? 0;
}

function heard(flag: string, { state, fresh, reason }: StatusKnowledge["known"]): string {
  const sure = fresh ? "" : ` (last known value: ${reason})`;
  switch (state?.kind) {
    case undefined:
      return `flag ${flag} is not known: ${reason}`;
    case "on":
      return `flag ${flag} allows ${state.percentage} %${sure}`;
    case "off":
      return `flag ${flag} is off${sure}`;
    case "retired":
      return `flag ${flag} is retired${sure}`;
  }
}

function consequence(rollout: RolloutObject, phase: RolloutPhase, gate: Gate): string {
  const { metadata, spec, status } = rollout;
  if (metadata.annotations?.[wantedAnnotation] !== undefined)
    return "the region starts with the version that the others run, and takes its steps from there";
  if (phase === "stable")
    return status?.stableRS ? "there is no new version" : "the region's first version is coming up";
  switch (abortCause(rollout)) {
    case "flag":
      return "all requests are on the stable version";
    case "error":
      return "its analysis ended with an error, all requests are on the stable version until it restarts";
    case "other":
      return "something other than the flag aborted it, and a person restarts it (docs/guides/kubectl.md)";
    case undefined:
  }
  const paused = spec?.paused === true || (status?.pauseConditions ?? []).length > 0;
  const held = paused ? ", and it is paused besides" : "";
  if (gate.last) return `all get the new version, and it ends when the flag is retired${held}`;
  return `the next step is ${gate.weight} %${held}`;
}
