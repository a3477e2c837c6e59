import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../../infra/local/instance";

/** Removes what runs that were killed have left beside the state. Safe beside a run that is alive. */
export function cleanState(instance: Instance): void {
  removeStaleLocks(instance);
  removeAttributes(instance);
  removeAbandoned(instance);
}

/** True when the state holds operations that a killed run did not finish. Cheap: reads the file. */
export function hasPending(instance: Instance): boolean {
  return stateFiles(instance).some((file) =>
    fs.readFileSync(file, "utf8").includes('"pending_operations"'),
  );
}

/** The files that hold the stack's state; none before it is made. */
export function stateFiles({ stateDir, environment }: Instance): string[] {
  const dir = path.join(stateDir, ".pulumi", "stacks");
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`${environment}.json`))
    .map((file) => path.join(dir, file));
}

/**
 * Removes the lock of a run that was killed. Pulumi's file backend keeps it for ever; the process it
 * names tells whether anybody still works under it.
 */
function removeStaleLocks(instance: Instance): void {
  const dir = path.join(instance.stateDir, ".pulumi", "locks");
  if (!fs.existsSync(dir)) return;
  for (const file of fs.readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".json")) continue;
    const lock = path.join(dir, file);
    try {
      const { pid } = JSON.parse(fs.readFileSync(lock, "utf8")) as { pid: number };
      if (!isPulumi(pid)) fs.rmSync(lock, { force: true });
    } catch {
      // Half-written by a run that was killed in that moment.
      fs.rmSync(lock, { force: true });
    }
  }
}

function isPulumi(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi");
  } catch {
    return false;
  }
}

/**
 * Removes attributes that Pulumi's file backend wrote beside each file. It reads them, makes nothing of them, and
 * writes them in place: one that a killed run had just begun is empty, and every later run ended with "failed to
 * load checkpoint: EOF". Runs write none any more: `metadata=skip` in engineVariables.ts.
 */
function removeAttributes(instance: Instance): void {
  removeFiles(instance, (file) => file.endsWith(".attrs"));
}

/** Copies of the state that a killed run did not finish. A live run finishes its own within a second. */
function removeAbandoned(instance: Instance): void {
  const abandoned = Date.now() - 3_600_000;
  removeFiles(instance, (file) => file.endsWith(".tmp") && fs.statSync(file).mtimeMs < abandoned);
}

function removeFiles({ stateDir }: Instance, unwanted: (file: string) => boolean): void {
  const dir = path.join(stateDir, ".pulumi");
  if (!fs.existsSync(dir)) return;
  const entries = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && unwanted(file)) fs.rmSync(file, { force: true });
  }
}
