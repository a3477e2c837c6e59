import type { RolloutObject } from "./object";
import { type FlagKnowledge, mayRetry } from "./verdict";

/** Name of the metric by which a Rollout's analyses ask the gate. Further ones of the gate's own begin with it and a dash. */
export const gateMetric = "gate";

/** What aborted a Rollout. */
export type AbortCause =
  /** The gate said killed. */
  | "flag"
  /** An analysis could not ask: the gate, its token or the network was away. */
  | "error"
  /** A person, a deadline, or an analysis of something else. */
  | "other";

/**
 * Why a Rollout is aborted; undefined: it is not. The condition keeps the message of the abort that is in force, while the
 * analysis runs named in the status may be those of an earlier one, or be deleted.
 */
export function abortCause({ status }: RolloutObject): AbortCause | undefined {
  if (status?.abort !== true) return undefined;
  const message =
    status.conditions?.find(({ reason }) => reason === "RolloutAborted")?.message ?? "";
  if (!message.includes("analysis phase error/failed")) return "other";
  const assessed = /Metric "([^"]*)" assessed Failed/.exec(message);
  if (assessed === null) return "error";
  const metric = assessed[1] ?? "";
  return metric === gateMetric || metric.startsWith(`${gateMetric}-`) ? "flag" : "other";
}

/**
 * Whether an aborted Rollout begins again by itself. What a person or another analysis aborted stays: the flag has been on all
 * the time, so that it would be begun and aborted without end.
 */
export function mayBeginAgain(rollout: RolloutObject, known: FlagKnowledge): boolean {
  switch (abortCause(rollout)) {
    case "flag":
      return mayRetry(known);
    case "error":
      // Its first step is a gate, so what is unknown holds there.
      return known.state?.kind !== "off";
    case "other":
    case undefined:
      return false;
  }
}
