import type { z } from "zod";
import { type RawDiagnostic, type Path, at } from "./rawDiagnostic";
import { type Guide, guides } from "./option";

/** Converts zod's issues to diagnostics: one for each path, with the text of the option's guide. */
export function fromIssues(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): RawDiagnostic[] {
  const rawDiagnostics = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? unknownKeys(schema, issue) : [fromIssue(schema, issue)],
  );
  const seen = new Set<string>();
  return rawDiagnostics.filter(({ path }) => {
    const key = JSON.stringify(path);
    return seen.has(key) ? false : seen.add(key);
  });
}

function fromIssue(schema: z.ZodType, issue: z.core.$ZodIssue): RawDiagnostic {
  const path = plainPath(issue.path);
  const own = issue.code === "custom" ? (issue.params as Partial<Guide> | undefined) : undefined;
  const guide = { expected: issue.message, remedy: "Correct it.", ...lookUp(schema, path).guide };
  return { path, expected: own?.expected ?? guide.expected, remedy: own?.remedy ?? guide.remedy };
}

function unknownKeys(schema: z.ZodType, issue: z.core.$ZodIssueUnrecognizedKeys): RawDiagnostic[] {
  const path = plainPath(issue.path);
  const { shape = {}, guide } = lookUp(schema, path);
  const known = Object.keys(shape);
  const elsewhere = new Map(Object.entries(guide?.elsewhere ?? {}));
  return issue.keys.map((key) => {
    const own = elsewhere.get(key);
    if (own !== undefined)
      return { path: at(...path, key), expected: own.expected, remedy: own.remedy, hidden: true };
    const near = nearest(key, known);
    const remedy = near === undefined ? "Remove it." : `Did you mean ${near}? Rename it.`;
    // Hidden: the value of an unknown key may be a secret.
    const expected = `one of ${known.join(", ")}`;
    return { path: at(...path, key), expected, remedy, hidden: true };
  });
}

function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === "number" ? part : String(part)));
}

interface Found {
  readonly guide?: Guide;
  readonly shape?: Record<string, z.ZodType>;
}

/** Resolves a path in the schema; wrappers such as a default are unwrapped. */
function lookUp(schema: z.ZodType, path: Path): Found {
  const def = schema.def as {
    innerType?: z.ZodType;
    element?: z.ZodType;
    shape?: Record<string, z.ZodType>;
    /** Of a map with arbitrary keys. */
    valueType?: z.ZodType;
  };
  const guide = guides.get(schema);
  if (def.innerType !== undefined) {
    const inner = lookUp(def.innerType, path);
    return path.length === 0 && guide !== undefined ? { ...inner, guide } : inner;
  }
  const [key, ...rest] = path;
  if (key === undefined) return { ...(guide && { guide }), ...(def.shape && { shape: def.shape }) };
  const next = typeof key === "number" ? def.element : (def.shape?.[key] ?? def.valueType);
  return next === undefined ? {} : lookUp(next, rest);
}

/** The known name with the smallest edit distance, if it is close enough to be the intended one. */
export function nearest(key: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, best.name.length / 3) ? best.name : undefined;
}

/** Levenshtein distance. A key longer than 40 characters, more than any option's, is not compared: a file can contain anything. */
function distance(from: string, to: string): number {
  if (from.length > 40) return Infinity;
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
