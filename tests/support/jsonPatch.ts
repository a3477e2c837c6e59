import * as assert from "node:assert/strict";

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Applies the operations of RFC 6902 that there are tests for, to maps, and to the end of lists. @throws as an API server refuses. */
export function applyJsonPatch<T>(object: T, patch: readonly Operation[]): T {
  const copy = structuredClone(object);
  for (const { op, path, value } of patch) {
    const keys = path
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop() ?? "";
    const owner = keys.reduce<unknown>(
      (one, key) => (one as Record<string, unknown> | undefined)?.[key],
      copy,
    ) as Record<string, unknown> | undefined;
    if (owner === undefined) throw new Error(`${op} ${path}: there is no such map`);
    if (op !== "add" && !Object.hasOwn(owner, last)) throw new Error(`${op} ${path}: missing`);
    if (op === "test") assert.deepEqual(owner[last], value, path);
    else if (op === "remove") delete owner[last];
    else if (Array.isArray(owner) && last === "-") owner.push(structuredClone(value));
    else owner[last] = structuredClone(value);
  }
  return copy;
}

/** Applies a merge patch of RFC 7386. */
export function applyMergePatch(object: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const found = typeof object === "object" && object !== null ? object : {};
  const merged: Record<string, unknown> = { ...structuredClone(found) };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete merged[key];
    else merged[key] = applyMergePatch(merged[key], value);
  return merged;
}
