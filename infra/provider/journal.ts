import * as fs from "node:fs";
import * as path from "node:path";
import { createHash } from "node:crypto";
import { instanceOf, writePrivate } from "../providers/local/instance";
import type { Properties } from "./handler";

/**
 * What each resource was last carried out with, kept beside the state. A command that is killed in
 * the middle of an update leaves the engine's state at the old inputs and the resource somewhere between
 * old and new; should the next run want the old ones again, the state alone would say that all is well.
 */
const unfinished = "unfinished";

/** Runs an action on a resource; until it has succeeded the resource counts as unfinished. */
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

/** Runs a deletion; the record goes with the resource. */
export async function carryOutDeletion(urn: string, action: () => Promise<void>): Promise<void> {
  const file = recordFile(urn);
  if (fs.existsSync(file)) writePrivate(file, unfinished);
  await action();
  fs.rmSync(file, { force: true });
}

/** True when the resource is known to have been carried out with something else, or half. */
export function isDirty(urn: string, inputs: Properties): boolean {
  const file = recordFile(urn);
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") !== digestOf(inputs);
}

function recordFile(urn: string): string {
  const environment = urn.split("::")[0]?.split(":").at(-1) ?? "";
  const instance = instanceOf(environment, process.env["MERIDIAN_HOME"]);
  return path.join(instance.dir, "carried-out", digestOf(urn));
}

/** A digest, since inputs hold secrets; of sorted keys, since their order is the engine's. */
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
