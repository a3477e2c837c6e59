import * as fs from "node:fs";
import * as path from "node:path";

/** One operation that the stand-in was asked for. Never holds inputs: these may be secret. */
export interface Operation {
  readonly time: string;
  /** Two entries each for what takes time: a start without an end was cut short. */
  readonly at: "start" | "end" | "failed";
  readonly op: "configure" | "check" | "diff" | "create" | "read" | "update" | "delete" | "invoke";
  /** Type of the resource, or token of the function. */
  readonly type: string;
  /** Pulumi's name of the resource; the provider's region for one of its functions. */
  readonly name: string;
  readonly region: string;
  /** Default: none yet. */
  readonly id?: string;
  readonly preview?: boolean;
  readonly error?: string;
}

/** Appends to the world's log. Several providers write at once: a short line is written in one piece. */
export function appendOperation(world: string, operation: Omit<Operation, "time">): void {
  const entry: Operation = { time: new Date().toISOString(), ...operation };
  fs.appendFileSync(logFile(world), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

/** Every operation so far, in the order of their entries. */
export function readOperations(world: string): Operation[] {
  const file = logFile(world);
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Operation);
}

function logFile(world: string): string {
  return path.join(world, "operations.jsonl");
}
