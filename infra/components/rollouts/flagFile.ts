import { isDeepStrictEqual } from "node:util";
import { type RawDiagnostic, type Path, valueAt } from "../../config/rawDiagnostic";
import type { Diagnostic } from "../../config/types";
import { list, record } from "../../plan/kubeObject";
import { shapeDiagnostics } from "./flagShape";
import { type FlagRule, regionClauses, regionOfRule } from "./flags";
import { formatFlagPath, printedValue } from "./flagFormat";

/**
 * Checks a flag file: its conformance to LaunchDarkly's format, and its references.
 * @param json the parsed file.
 * @param lineOf the line of a path in the file, from 1; diagnostics are then in file order.
 * @returns all diagnostics; none: it is a `FlagFile`. Never throws.
 */
export function checkFlagFile(
  json: unknown,
  lineOf: (path: Path) => number | undefined = () => undefined,
): Diagnostic[] {
  const flags = record(record(json)["flags"]);
  const segments = record(record(json)["segments"]);
  const rawDiagnostics = [
    ...shapeDiagnostics(json),
    ...Object.entries(segments).flatMap(([key, segment]) => checkKey("segments", key, segment)),
    ...Object.entries(flags).flatMap(([key, flag]) => [
      ...checkKey("flags", key, flag),
      ...checkVariations(key, flag),
      ...checkRules(key, flag, Object.keys(segments)),
      ...checkPrerequisites(key, flag, flags),
    ]),
  ];
  const seen = new Set<string>();
  return rawDiagnostics
    .filter(({ path }) => {
      const place = JSON.stringify(path);
      return seen.has(place) ? false : seen.add(place);
    })
    .map(({ path, expected, remedy }): Diagnostic => {
      const line = lineOf(path);
      const value = printedValue(valueAt(json, path));
      const where = line === undefined ? {} : { line };
      return { path: formatFlagPath(path), value, expected, remedy, ...where };
    })
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/**
 * Formats a flag file: objects on several lines, lists of plain values on one if they fit. The result equals Prettier's, so that a
 * diff shows only the edit.
 */
export function formatFlagFile(json: unknown): string {
  return `${formatted(json, "", 0)}\n`;
}

function formatted(value: unknown, indent: string, before: number): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== "object" || item === null);
    const line = `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    // A comma may follow.
    if (plain && indent.length + before + line.length < 100) return line;
    const items = value.map((item) => `${inner}${formatted(item, inner, 0)}`);
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${formatted(item, inner, name.length)}`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${indent}}`;
}

function checkKey(of: "flags" | "segments", key: string, item: unknown): RawDiagnostic[] {
  // A property of every JavaScript object: LaunchDarkly's SDK considers it a duplicate and ignores the whole file.
  if (key in {}) {
    const expected = "another name: LaunchDarkly's SDK cannot read a file with this one";
    return [{ path: [of, key], expected, remedy: "Call it otherwise." }];
  }
  const own = record(item)["key"];
  if (typeof own !== "string" || own === key) return [];
  const expected = `${key}, as it is called in the file`;
  return [{ path: [of, key, "key"], expected, remedy: "Write the same key in both places." }];
}

/** Checks that every reference to a variation is valid. */
function checkVariations(key: string, flag: unknown): RawDiagnostic[] {
  const { fallthrough, offVariation, rules, targets, contextTargets, variations } = record(flag);
  if (!Array.isArray(variations) || variations.length === 0) return [];
  const places: [Path, unknown][] = [
    [["offVariation"], offVariation],
    ...served(["fallthrough"], fallthrough),
    ...list(rules).flatMap((rule, i) => served(["rules", i], rule)),
    ...[targets, contextTargets].flatMap((some, which) =>
      list(some).map((target, i): [Path, unknown] => [
        [which === 0 ? "targets" : "contextTargets", i, "variation"],
        record(target)["variation"],
      ]),
    ),
  ];
  const rawDiagnostics = places
    .filter(([, index]) => typeof index === "number" && !(index < variations.length))
    .map(([path]) => outOfRange(["flags", key, ...path], variations.length));
  return [...rawDiagnostics, ...checkOff(key, variations, offVariation)];
}

/** A flag that is off has to serve false to apps, otherwise they would show a feature that the gate has just rolled back. */
function checkOff(key: string, variations: readonly unknown[], off: unknown): RawDiagnostic[] {
  if (typeof off !== "number" || variations[off] !== true || !variations.includes(false)) return [];
  const expected = `${variations.indexOf(false)}, the place of false in variations`;
  return [{ path: ["flags", key, "offVariation"], expected, remedy: "Let off serve false." }];
}

function served(path: Path, serve: unknown): [Path, unknown][] {
  const { variation, rollout } = record(serve);
  const shares = list(record(rollout)["variations"]);
  return [
    [[...path, "variation"], variation],
    ...shares.map((share, i): [Path, unknown] => [
      [...path, "rollout", "variations", i, "variation"],
      record(share)["variation"],
    ]),
  ];
}

function outOfRange(path: Path, count: number): RawDiagnostic {
  const expected = `a place in variations: 0 to ${count - 1}`;
  return { path, expected, remedy: "Name a variation that is there; the first is 0." };
}

function checkRules(key: string, flag: unknown, segments: readonly string[]): RawDiagnostic[] {
  const rules = list(record(flag)["rules"]);
  const ids = rules.map((rule) => record(rule)["id"]);
  return rules.flatMap((rule, i) => {
    const path: Path = ["flags", key, "rules", i];
    const twice = typeof ids[i] === "string" && ids.indexOf(ids[i]) < i;
    const remedy = "Give it an id of its own, or take it out.";
    return [
      ...(twice
        ? [{ path: [...path, "id"], expected: "an id that no other rule has", remedy }]
        : []),
      ...checkRegionRule(path, rule),
      ...list(record(rule)["clauses"]).flatMap((clause, j) =>
        checkSegments([...path, "clauses", j], clause, segments),
      ),
    ];
  });
}

/** Meridian changes and removes the rules with its ids, so these have to contain its clauses. */
function checkRegionRule(path: Path, rule: unknown): RawDiagnostic[] {
  const { id, clauses } = record(rule);
  const region = typeof id === "string" ? regionOfRule({ id } as FlagRule) : undefined;
  if (region === undefined || !Array.isArray(clauses)) return [];
  if (isDeepStrictEqual(clauses, regionClauses(region))) return [];
  const expected = `${JSON.stringify(regionClauses(region))}, as Meridian writes it`;
  const remedy = "Give a rule of your own an id that does not begin with meridian-.";
  return [{ path: [...path, "clauses"], expected, remedy }];
}

function checkSegments(path: Path, clause: unknown, segments: readonly string[]): RawDiagnostic[] {
  const { op, values } = record(clause);
  if (op !== "segmentMatch") return [];
  return list(values).flatMap((value, i) => {
    if (typeof value === "string" && segments.includes(value)) return [];
    const expected = segments.length === 0 ? "no segment: the file has none" : segments.join(", ");
    return [
      { path: [...path, "values", i], expected, remedy: "Add the segment, or name another." },
    ];
  });
}

function checkPrerequisites(
  key: string,
  flag: unknown,
  flags: Readonly<Record<string, unknown>>,
): RawDiagnostic[] {
  return list(record(flag)["prerequisites"]).flatMap((prerequisite, i) => {
    const path: Path = ["flags", key, "prerequisites", i];
    const { key: other, variation } = record(prerequisite);
    if (typeof other !== "string") return [];
    if (!Object.hasOwn(flags, other) || other === key) {
      const expected = "another flag of the file";
      return [{ path: [...path, "key"], expected, remedy: "Add the flag, or take this out." }];
    }
    const count = list(record(flags[other])["variations"]).length;
    const inside = typeof variation !== "number" || variation < count || count === 0;
    return inside ? [] : [outOfRange([...path, "variation"], count)];
  });
}
