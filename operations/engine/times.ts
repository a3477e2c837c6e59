import * as fs from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";

/** Environment variable with which a benchmark sets the file for the times of a run. */
export const engineTimesVariable = "MERIDIAN_ENGINE_TIMES";

/**
 * One line of that file. The times are those at which events arrive here, because the engine's own times are in whole seconds.
 * "began" and "ended" refer to a resource, the others to the run.
 */
export interface EngineTime {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: "run began" | "began" | "ended" | "run ended";
  readonly urn?: string;
}

type See = (event: EngineEvent) => void;

/** Records the start and end of each resource, if a benchmark set the file; otherwise returns `see` unchanged. */
export function timed(see: See, file = process.env[engineTimesVariable]): See {
  if (file === undefined) return see;
  return (event) => {
    const time = timeOf(event, Date.now());
    if (time !== undefined) fs.appendFileSync(file, `${JSON.stringify(time)}\n`);
    see(event);
  };
}

function timeOf(event: EngineEvent, at: number): EngineTime | undefined {
  if (event.preludeEvent) return { at, what: "run began" };
  if (event.summaryEvent) return { at, what: "run ended" };
  const [began, ended] = [event.resourcePreEvent, event.resOutputsEvent];
  if (began) return { at, what: "began", urn: began.metadata.urn };
  return ended && { at, what: "ended", urn: ended.metadata.urn };
}
