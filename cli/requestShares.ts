import pc from "picocolors";
import { pluralize } from "../operations/format";
import type { Outcome } from "./request";
import { table } from "./table";

/** A part of the requests. */
export interface Share {
  readonly requests: number;
  /** Of all requests, 0 to 1. */
  readonly share: number;
}

/** Parts of the requests by the value of one property. */
export type Shares = Readonly<Record<string, Share>>;

/** What became of many requests to a name. */
export interface RequestShares {
  readonly requests: number;
  /** Requests without a response, or with a status of 400 and more. */
  readonly failed: number;
  /** By the region that served them. */
  readonly regions: Shares;
  /** By the version that served them; "none" where no pod did. */
  readonly versions: Shares;
  /** By the status of the response, and "no answer". */
  readonly statuses: Shares;
  /** Failed requests, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Counts the outcomes of requests. Pure. */
export function summarize(outcomes: readonly Outcome[]): RequestShares {
  const answered = outcomes.filter((one) => one.kind === "answered");
  const reasons = outcomes.flatMap((one) => failureOf(one) ?? []);
  const sharesOf = (values: readonly string[]): Shares =>
    Object.fromEntries(
      countsOf(values).map(([value, requests]) => [
        value,
        { requests, share: requests / outcomes.length },
      ]),
    );
  return {
    requests: outcomes.length,
    failed: reasons.length,
    regions: sharesOf(answered.map(({ region }) => region)),
    versions: sharesOf(answered.map(({ version }) => version ?? "none")),
    statuses: sharesOf(
      outcomes.map((one) => (one.kind === "answered" ? String(one.status) : "no answer")),
    ),
    failures: Object.fromEntries(countsOf(reasons)),
  };
}

/** Why a request failed; undefined: it did not. */
function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "failed") return outcome.reason;
  return outcome.status < 400 ? undefined : `${outcome.region}: status ${outcome.status}`;
}

/** The values and how often each occurs, the most frequent first. */
function countsOf(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, least]) => least - most || (a < b ? -1 : 1));
}

/** The counts as a table, and the reasons of failures below it. Pure. */
export function formatShares(
  name: string,
  from: string | undefined,
  { requests, failed, regions, versions, statuses, failures }: RequestShares,
): string {
  const where = from === undefined ? "from this machine" : `as a client near ${from}`;
  const result = failed === 0 ? pc.green("none failed") : pc.red(`${failed} failed`);
  return [
    `${pluralize(requests, "request")} to ${pc.bold(name)} ${where}: ${result}`,
    "",
    ...table(
      ["", "", "REQUESTS", "SHARE"],
      [...rows("region", regions), ...rows("version", versions), ...rows("status", statuses)],
    ),
    ...(failed === 0 ? [] : [""]),
    ...Object.entries(failures).map(([reason, count]) => `- ${count} failed: ${reason}`),
  ].join("\n");
}

function rows(title: string, shares: Shares): string[][] {
  return Object.entries(shares).map(([value, { requests, share }], index) => [
    index === 0 ? pc.dim(title) : "",
    value,
    String(requests),
    `${Number((share * 100).toFixed(1))} %`,
  ]);
}
