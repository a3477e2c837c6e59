import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../../infra/providers/local/instance";

/** Removes the files that killed runs left beside the state. Safe while another run is alive. */
export function cleanState(instance: Instance): void {
  removeStaleLocks(instance);
  removeLeftFiles(instance);
}

/** True when the state holds operations that a killed run did not finish. Cheap: reads the file. */
export function hasPending(instance: Instance): boolean {
  return stateFiles(instance).some((file) =>
    fs.readFileSync(file, "utf8").includes('"pending_operations"'),
  );
}

/** The files that contain the stack's state; none before it is created. */
export function stateFiles({ stateDir, environment }: Instance): string[] {
  const dir = path.join(stateDir, ".pulumi", "stacks");
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`${environment}.json`))
    .map((file) => path.join(dir, file));
}

/**
 * Removes the lock of a killed run. Pulumi's file backend never removes it; the process id in the lock shows whether its run is
 * still alive.
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
      // Half-written by a run that was killed while writing.
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
 * Removes attribute files, and temporary files older than an hour. Pulumi's file backend wrote an attribute file (`.attrs`) beside each
 * file, not atomically: a run killed in that moment left it empty, and every later command failed with "failed to load
 * checkpoint: EOF". Pulumi does not use them, and `metadata=skip` in engineVariables.ts stops it from writing them. A run that is alive
 * keeps a temporary file for less than a second.
 */
function removeLeftFiles({ stateDir }: Instance): void {
  const dir = path.join(stateDir, ".pulumi");
  if (!fs.existsSync(dir)) return;
  const oldest = Date.now() - 3_600_000;
  for (const name of fs.readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    const file = path.join(dir, name);
    // Another run may have removed it since.
    const isOld = () => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? oldest) < oldest;
    if (name.endsWith(".attrs") || (name.endsWith(".tmp") && isOld()))
      fs.rmSync(file, { force: true });
  }
}
