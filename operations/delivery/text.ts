import pc from "picocolors";
import type { AppChange } from "../../infra/plan/appChanges";
import type { Comparison } from "./compare";
import { patchLines } from "./patch";
import { sanitize } from "../format";
import { revisionText } from "./revisions";
import { describeChange, pathText } from "./describeChange";

/** Options of a comparison's text. */
export interface TextOptions {
  /** How the first revision was determined; empty: the user named it. */
  readonly how: string;
  /** Include the difference of every object, as YAML. */
  readonly full: boolean;
}

/** A comparison as text for a terminal. Its first line names the compared revisions. Pure. */
export function comparisonText(comparison: Comparison, { how, full }: TextOptions): string {
  const { environment, from, to, changes } = comparison;
  const since = how === "" ? "" : `, ${how},`;
  const head = `${environment}: apps from ${revisionText(from)}${since} to ${revisionText(to)}`;
  return [
    head,
    ...changeLines(comparison),
    ...(full ? changes.flatMap((change) => ["", ...patchLines(change).map(coloured)]) : []),
  ].join("\n");
}

/** One line for each app that differs. Pure. */
export function changeLines({ environment, changes }: Comparison): string[] {
  if (changes.length === 0) return ["  no app differs"];
  return changes.map((change) => {
    const text = `  ${sanitize(change.app)}: ${describeChange(change, environment).join("; ")}`;
    return change.what === "broken" ? pc.red(text) : text;
  });
}

function coloured(line: string): string {
  if (/^(\+\+\+|---) /.test(line)) return pc.bold(line);
  if (line.startsWith("+")) return pc.green(line);
  return line.startsWith("-") ? pc.red(line) : line;
}

/** A comparison as JSON. */
export interface ComparisonJson extends Omit<Comparison, "changes"> {
  readonly apps: AppJson[];
}

/** An app that differs: `words` for a person, and each object. */
export interface AppJson {
  readonly app: string;
  readonly what: string;
  readonly [field: string]: unknown;
}

/** A comparison as JSON. Pure. */
export function jsonOf({ environment, from, to, changes }: Comparison): ComparisonJson {
  return { environment, from, to, apps: changes.map((change) => appJson(change, environment)) };
}

function appJson(change: AppChange, environment: string): AppJson {
  const { app, what } = change;
  const words = describeChange(change, environment);
  if (change.what === "broken") {
    const { before, after } = change;
    return { app, what, words, broken: { before, after } };
  }
  const objects = change.objects.map(({ id, before, after, changes }) => ({
    object: id,
    what: before === undefined ? "new" : after === undefined ? "removed" : "changed",
    changes: changes.map((one) => ({ ...one, path: pathText(one.path) })),
  }));
  return { app, what, words, objects };
}
