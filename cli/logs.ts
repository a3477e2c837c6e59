import * as fs from "node:fs";
import * as path from "node:path";
import { spawn } from "node:child_process";
import { CommandError } from "../operations/errors";
import { localInstance } from "./localOnly";
import type { Context } from "../operations/context";
import type { Instance } from "../infra/providers/local/instance";

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

/** Log files by component: the supervised processes, and the parts of each cluster. */
function logFiles(instance: Instance): Map<string, string> {
  const files = new Map<string, string>();
  const add = (dir: string, prefix: string) => {
    if (!fs.existsSync(dir)) return;
    for (const file of fs
      .readdirSync(dir)
      .filter((name) => name.endsWith(".log"))
      .sort()) {
      files.set(`${prefix}${path.basename(file, ".log")}`, path.join(dir, file));
    }
  };
  add(instance.logsDir, "");
  const clusters = path.join(instance.clustersDir, "clusters");
  for (const cluster of fs.existsSync(clusters) ? fs.readdirSync(clusters).sort() : []) {
    add(path.join(clusters, cluster, "logs"), `${cluster}/`);
  }
  return files;
}
