import * as fs from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";

/** The variable with which a benchmark names the file that gets the times of a run. */
export const engineTimesVariable = "MERIDIAN_ENGINE_TIMES";

/**
 * One line of that file. Times are those at which events arrive here, as the engine's own are in whole seconds.
 * "began" and "ended" are of a resource, the others of the run.
 */
export interface EngineTime {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: "run began" | "began" | "ended" | "run ended";
  readonly urn?: string;
}

type See = (event: EngineEvent) => void;

/** Writes down when resources began and ended, where a benchmark wants to know; else it changes nothing. */
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
