import { spawn } from "node:child_process";
import { CommandError } from "../operations/errors";
import { localInstance } from "./localOnly";
import type { Context } from "../operations/context";
import { logFiles } from "./logFiles";

/** Options of `logs`, from commander. */
export interface LogOptions {
  readonly environment: string;
  readonly follow?: boolean;
  readonly lines: string;
}

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
  const args = ["-n", options.lines, ...(options.follow === true ? ["-F"] : []), file];
  const tail = spawn("tail", args, { stdio: "inherit", signal });
  return new Promise((resolve, reject) => {
    tail.on("error", (error) => (signal.aborted ? resolve(0) : reject(error)));
    tail.on("exit", (code) => resolve(code ?? 0));
  });
}
