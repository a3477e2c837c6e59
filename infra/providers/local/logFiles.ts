import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "./instance";

/** The supervisor's own log. */
export const supervisorLog = "supervisor";

/** Log of a supervised process. */
export function logFile(instance: Instance, name: string): string {
  return path.join(instance.logsDir, `${name}.log`);
}

/** Name of the process that wrote a log file, also for one that the supervisor has rotated ("name-<time>.log"). */
export function loggedBy(file: string): string {
  return file.replace(/(-\d{4}-\d\d-\d\dT[\d.-]+)?\.log(\.gz)?$/, "");
}

/** Removes the logs of a process that no longer exists. */
export function removeLogs(instance: Instance, name: string): void {
  if (!fs.existsSync(instance.logsDir)) return;
  for (const file of fs.readdirSync(instance.logsDir)) {
    if (loggedBy(file) === name) fs.rmSync(path.join(instance.logsDir, file), { force: true });
  }
}
