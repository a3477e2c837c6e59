import type { RolloutObject } from "./object";
import { type FlagKnowledge, mayRetry } from "./verdict";

/** Name of the metric with which a Rollout's analyses poll the gate. Other metrics of the gate have it and a dash as prefix. */
export const gateMetric = "gate";

/** Cause of a Rollout's abort. */
export type AbortCause =
  /** The gate returned killed. */
  | "flag"
  /** An analysis could not poll: the gate, its token or the network was unavailable. */
  | "error"
  /** A user, a deadline, or another analysis. */
  | "other";

/**
 * Cause of a Rollout's current abort; undefined: it is not aborted. The condition contains the message of the current abort, whereas
 * the analysis runs in the status may belong to an earlier one or be deleted.
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
 * Whether an aborted Rollout restarts automatically. An abort by a user or another analysis is final: the flag was on all the time,
 * so the Rollout would restart and abort in an endless loop.
 */
export function mayBeginAgain(rollout: RolloutObject, known: FlagKnowledge): boolean {
  switch (abortCause(rollout)) {
    case "flag":
      return mayRetry(known);
    case "error":
      // Its first step is a gate, so it holds there while the flag is unknown.
      return known.state?.kind !== "off";
    case "other":
    case undefined:
      return false;
  }
}
