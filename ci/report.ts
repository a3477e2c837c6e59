import type { Outcome, Part } from "./part";

/** First line of the comment, invisible to readers: it identifies the comment for updates. */
export const marker = "<!-- meridian: what this change does -->";

/** Character limit of a comment on GitHub. */
export const longestComment = 65_536;

export interface ReportInput {
  /** In the order of the report. */
  readonly parts: readonly Part[];
  /** Result of the checks and tests, e.g. "success"; absent if unknown. */
  readonly checks?: string;
  /** The commit that the report describes. */
  readonly commit?: string;
  /** Link to the full output. */
  readonly runUrl?: string;
}

/**
 * The effects of a change, as Markdown. Pure.
 *
 * @param limit maximum number of characters; the longest texts are truncated until all fits.
 */
export function composeReport(input: ReportInput, limit = Number.POSITIVE_INFINITY): string {
  const whole = reportWith(input, Number.POSITIVE_INFINITY);
  if (whole.length <= limit) return whole;
  // Search for the largest text length with which the report fits: shorter texts stay whole.
  let [fits, tooLong] = [0, whole.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (reportWith(input, middle).length <= limit) fits = middle;
    else tooLong = middle;
  }
  return reportWith(input, fits).slice(0, limit);
}

function reportWith(input: ReportInput, longest: number): string {
  const { parts, checks, commit, runUrl } = input;
  const where = runUrl === undefined ? "" : ` ([run](${runUrl}))`;
  const head = [
    marker,
    "## What this change does",
    ...(checks === undefined ? [] : [`Checks and tests: **${checks}**${where}`]),
    ...(commit === undefined ? [] : [`Looked at: ${commit}`]),
    ...(parts.length === 0 ? ["No environment was looked at: see the run."] : []),
  ];
  const sections = parts.map((part) => sectionOf(part, longest, runUrl));
  return `${[...head, ...sections].join("\n\n")}\n`;
}

function sectionOf({ environment, preview, difference }: Part, longest: number, runUrl?: string) {
  return [
    `### ${environment}`,
    `**Platform** (\`meridian preview ${environment}\`)${verdict(preview)}`,
    preview.kind === "skipped" ? preview.reason : folded(preview, longest, runUrl),
    `**Apps** (\`meridian diff ${environment}\`)${verdict(difference)}`,
    bodyOf(difference, longest, runUrl),
  ].join("\n\n");
}

const verdict = ({ kind }: Outcome): string => (kind === "failed" ? ": **failed**" : "");

/** The diff of a successful run is Markdown already; the output of a failed command is not. */
function bodyOf(outcome: Outcome, longest: number, runUrl?: string): string {
  switch (outcome.kind) {
    case "skipped":
      return outcome.reason;
    case "failed":
      return fenced(outcome.text, longest, runUrl);
    case "done":
      return cutMarkdown(outcome.text, longest, runUrl);
  }
}

function folded(outcome: Exclude<Outcome, { kind: "skipped" }>, longest: number, runUrl?: string) {
  const lines = outcome.text.split("\n").length;
  const open = outcome.kind === "failed" ? " open" : "";
  const summary = `<summary>${lines} ${lines === 1 ? "line" : "lines"}</summary>`;
  return `<details${open}>${summary}\n\n${fenced(outcome.text, longest, runUrl)}\n\n</details>`;
}

function fenced(whole: string, longest: number, runUrl?: string): string {
  const shown = cut(whole, longest);
  const fence = "`".repeat(Math.max(3, longestRun(whole, "`") + 1));
  const note = shown.length < whole.length ? `\n\n${cutNote(whole, shown, runUrl)}` : "";
  return `${fence}text\n${shown}\n${fence}${note}`;
}

function cutMarkdown(text: string, longest: number, runUrl?: string): string {
  const shown = cut(text, longest);
  if (shown.length === text.length) return text;
  return [shown, ...closers(shown), cutNote(text, shown, runUrl)].join("\n\n");
}

/** The closing marks that truncated Markdown needs: for an open code block, and for folded parts. */
function closers(markdown: string): string[] {
  let fence: string | undefined;
  let depth = 0;
  for (const line of markdown.split("\n")) {
    const found = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (found !== undefined) {
      if (fence === undefined) fence = found;
      else if (found.startsWith(fence)) fence = undefined;
    } else if (fence === undefined) {
      depth += (line.match(/<details/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
    }
  }
  const folds = Array<string>(Math.max(0, depth)).fill("</details>");
  return [...(fence === undefined ? [] : [fence]), ...folds];
}

/** As many whole lines as fit. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = text.lastIndexOf("\n", longest);
  return text.slice(0, Math.max(0, end));
}

function cutNote(whole: string, shown: string, runUrl?: string): string {
  const left = whole.split("\n").length - (shown === "" ? 0 : shown.split("\n").length);
  const where = runUrl === undefined ? "the run's summary" : `[the run's summary](${runUrl})`;
  return `_${left} more lines are left out here, as a comment has no room for them: see ${where}._`;
}

function longestRun(text: string, character: string): number {
  const runs = text.match(new RegExp(`${character}+`, "g")) ?? [];
  return Math.max(0, ...runs.map(({ length }) => length));
}
