import type { Comparison } from "./compare";
import { patchLines } from "./patch";
import { clipped } from "../format";
import { revisionText } from "./revisions";
import { describeChange } from "./describeChange";

/** GitHub allows 65,536 characters in a comment: this leaves room for another environment's section. */
export const markdownLimit = 30_000;

/** A shorter section has no room for its content. */
export const leastLimit = 2000;

/** Character limits of a phrase, of a list item, and of a line of the full difference. */
const longest = { phrase: 300, item: 1500, line: 400 };

/**
 * A comparison as one section of a pull request's comment, within a length limit. All text from the repository is inside code
 * spans and fences that it cannot close: it cannot inject a mention, a link or HTML.
 */
export function markdownOf(comparison: Comparison, limit = markdownLimit): string {
  const { environment, from, to, changes } = comparison;
  const broken = changes.filter(({ what }) => what === "broken").length;
  const head = [
    `### ${codeSpan(clipped(environment, 100))}: ${titleOf(changes.length, broken)}`,
    "",
    `From ${revisionSpan(from)} to ${revisionSpan(to)}.`,
  ];
  const items = changes.map((change) => {
    const phrases = describeChange(change, environment).map(phraseSpan);
    return fitted(`- **${codeSpan(clipped(change.app, 100))}**`, phrases);
  });
  // The list uses at most half of the room, so that part of the difference itself is always visible.
  const list = fitting(items, limit / 2 - textOf(head).length, (left) => `- … and ${left} more`);
  const top = textOf([...head, "", ...list]).trimEnd() + "\n";
  return `${top}${details(changes.flatMap(patchLines), fullCommand(comparison), limit - top.length)}`;
}

function titleOf(changed: number, broken: number): string {
  if (broken > 0) return broken === 1 ? "an app does not build" : `${broken} apps do not build`;
  if (changed === 0) return "no app changes";
  return changed === 1 ? "1 app changes" : `${changed} apps change`;
}

/** The phrases of one app on one line. */
function fitted(start: string, phrases: readonly string[]): string {
  return phrases.reduce((line, phrase, index) => {
    if (line.endsWith(" …")) return line;
    const longer = `${line}${index === 0 ? " " : "; "}${phrase}`;
    return longer.length <= longest.item ? longer : `${line} …`;
  }, start);
}

/** The full difference, folded, as far as there is room. */
function details(all: readonly string[], command: string, room: number): string {
  const lines = all.map((line) => clipped(line, longest.line));
  if (lines.length === 0) return "";
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  const frame = (inner: readonly string[], note: string) =>
    textOf([
      ...["", "<details><summary>In full</summary>", "", `${fence}diff`, ...inner, fence, ""],
      ...(note === "" ? [] : [note, ""]),
      "</details>",
    ]);
  const note = (left: number) => `… ${left} more lines: ${codeSpan(command)}`;
  const rest = room - frame([], note(lines.length)).length;
  const shown = fitting(lines, rest, () => "").filter((line) => line !== "");
  const left = lines.length - shown.length;
  return rest < 0 ? "" : frame(shown, left === 0 ? "" : note(left));
}

/** As many lines as fit, then one with the number of omitted lines. */
function fitting(lines: readonly string[], room: number, more: (left: number) => string): string[] {
  let length = 0;
  const ends = lines.map((line) => (length += line.length + 1));
  if (length <= room) return [...lines];
  const last = more(lines.length);
  const fits = ends.filter((end) => end + last.length + 1 <= room).length;
  return [...lines.slice(0, fits), more(lines.length - fits)];
}

/** The command that prints everything. */
export function fullCommand({ environment, from, to }: Comparison): string {
  const since = from.kind === "commit" ? ` --from ${from.commit}` : "";
  const until = to.kind === "commit" ? to.commit : ".";
  return `npx meridian diff ${environment}${since} --to ${until} --full`;
}

function revisionSpan(revision: Comparison["from"]): string {
  return codeSpan(clipped(revisionText(revision), 100));
}

function phraseSpan(phrase: string): string {
  return codeSpan(clipped(phrase, longest.phrase));
}

/** The text as a code span, shown verbatim. */
export function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const ticks = "`".repeat(longestRun(line) + 1);
  const padding = /^[` ]|[` ]$/.test(line) ? " " : "";
  return `${ticks}${padding}${line || " "}${padding}${ticks}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
