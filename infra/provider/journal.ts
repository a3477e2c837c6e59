import * as fs from "node:fs";
import * as path from "node:path";
import { createHash } from "node:crypto";
import { instanceOf, writePrivate } from "../providers/local/instance";
import type { Properties } from "./handler";

/**
 * Journal: the inputs that each resource was last applied with, stored beside the state. If a command is killed during an update,
 * the engine's state still has the old inputs, and the resource is between old and new. If the next run then requests the old
 * inputs again, the state alone would show no difference.
 */
const unfinished = "unfinished";

/** Runs an action on a resource. The resource counts as unfinished until the action has succeeded. */
export async function withJournal<T>(
  urn: string,
  inputs: Properties,
  action: () => Promise<T>,
): Promise<T> {
  const file = recordFile(urn);
  writePrivate(file, unfinished);
  const result = await action();
  writePrivate(file, digestOf(inputs));
  return result;
}

/** Runs a deletion, then removes the resource's journal entry. */
export async function journalDeletion(urn: string, action: () => Promise<void>): Promise<void> {
  const file = recordFile(urn);
  if (fs.existsSync(file)) writePrivate(file, unfinished);
  await action();
  fs.rmSync(file, { force: true });
}

/** True if the journal shows that the resource was applied with other inputs, or only partly. */
export function isDirty(urn: string, inputs: Properties): boolean {
  const file = recordFile(urn);
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") !== digestOf(inputs);
}

function recordFile(urn: string): string {
  const environment = urn.split("::")[0]?.split(":").at(-1) ?? "";
  const instance = instanceOf(environment, process.env["MERIDIAN_HOME"]);
  return path.join(instance.dir, "carried-out", digestOf(urn));
}

/** A digest, because inputs contain secrets. Keys are sorted, because their order depends on the engine. */
function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
