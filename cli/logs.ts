import { spawn } from "node:child_process";
import { CommandError } from "../operations/errors";
import { localInstance } from "./localOnly";
import type { Context } from "../operations/context";
import { logFiles } from "./logFiles";
import { findPart } from "./logStart";

/** Options of `logs`, from commander. */
export interface LogOptions {
  readonly environment: string;
  readonly follow?: boolean;
  readonly tail?: number;
  /** The earlier name of `tail`. */
  readonly lines?: number;
  /** Milliseconds before now. */
  readonly since?: number;
}

/** Lines that are shown if no option says otherwise. */
const defaultTail = 100;

/** Prints the end of a component's log, and follows it with `--follow`. */
export async function logs(
  component: string | undefined,
  options: LogOptions,
  { signal }: Context,
): Promise<number> {
  const { instance } = localInstance("logs", options.environment);
  const files = logFiles(instance);
  if (component === undefined) {
    for (const name of files.keys()) console.log(name);
    return 0;
  }
  const file = files.get(component);
  if (file === undefined) {
    throw new CommandError(
      `There is no component ${component}. There are: ${[...files.keys()].join(", ")}.`,
    );
  }
  const from = await startOf(file, component, options);
  const args = [...from, ...(options.follow === true ? ["-F"] : []), file];
  const tail = spawn("tail", args, { stdio: "inherit", signal });
  return new Promise((resolve, reject) => {
    tail.on("error", (error) => (signal.aborted ? resolve(0) : reject(error)));
    tail.on("exit", (code) => resolve(code ?? 0));
  });
}

/** Arguments of `tail` for where to begin. */
async function startOf(
  file: string,
  component: string,
  { lines, tail = lines, since }: LogOptions,
): Promise<string[]> {
  if (since === undefined) return ["-n", String(tail ?? defaultTail)];
  const { offset, dated } = await findPart(file, { since: Date.now() - since, tail });
  if (!dated)
    console.error(
      `The log of ${component} has no timestamps, so --since leaves out none of its lines.`,
    );
  return ["-c", `+${offset + 1}`];
}
