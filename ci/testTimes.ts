import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../infra/providers/local/instance";

/** Folder with the times of each tier's run. Ignored by git; CI stores it as an artefact. */
export const timesFolder = path.join(repositoryRoot, ".meridian", "test-times");

/** One test, or one hook with all its runs. */
export interface TimedStep {
  readonly title: string;
  /** Hooks start and stop platforms, which takes most of the time. */
  readonly kind: "test" | "hook";
  readonly seconds: number;
}

/** A test file with all that ran in it. */
export interface TimedFile {
  readonly file: string;
  readonly seconds: number;
  /** Time of it that hooks took. */
  readonly hookSeconds: number;
  readonly steps: readonly TimedStep[];
}

/** A test or hook that failed. Its whole stack is in the run's output, where it failed. */
export interface FailedStep {
  readonly file: string;
  readonly title: string;
  /** The first line of the error. */
  readonly message: string;
}

/** A run of one tier, from its start to its end. */
export interface TierTimes {
  readonly tier: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly FailedStep[];
  readonly files: readonly TimedFile[];
}

function timesFile(folder: string, tier: string): string {
  return path.join(folder, `${tier}.json`);
}

/** Stores a run's times atomically: the file is complete or absent. */
export function writeTimes(times: TierTimes, folder = timesFolder): void {
  fs.mkdirSync(folder, { recursive: true });
  const file = timesFile(folder, times.tier);
  fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(times, null, 2)}\n`);
  fs.renameSync(`${file}.tmp`, file);
}

/** A tier's last run; undefined if it did not finish. */
export function readTimes(tier: string, folder = timesFolder): TierTimes | undefined {
  const file = timesFile(folder, tier);
  if (!fs.existsSync(file)) return undefined;
  return JSON.parse(fs.readFileSync(file, "utf8")) as TierTimes;
}

/** Deletes the times of earlier runs, so that a crashed run is not mistaken for a finished one. */
export function forgetTimes(tiers: readonly string[], folder = timesFolder): void {
  for (const tier of tiers) fs.rmSync(timesFile(folder, tier), { force: true });
}

/** The slowest tests, hooks and files of several tiers, as text. */
export function formatSlowest(tiers: readonly TierTimes[], count = 10): string {
  const files = tiers.flatMap((one) => one.files);
  const steps = files.flatMap(({ file, steps: own }) => own.map((step) => ({ file, ...step })));
  const slowest = <T extends { readonly seconds: number }>(all: readonly T[]) =>
    [...all].sort((one, two) => two.seconds - one.seconds).slice(0, count);
  const lines = [
    `The ${count} slowest tests and hooks:`,
    ...slowest(steps).map(
      ({ seconds, kind, title, file }) => `${column(seconds)}  ${kind}  ${title}  (${file})`,
    ),
    `The ${count} slowest files, and their time in hooks:`,
    ...slowest(files).map(
      ({ seconds, hookSeconds, file }) => `${column(seconds)} ${column(hookSeconds)}  ${file}`,
    ),
    "The tiers:",
    ...tiers.map(
      ({ tier, seconds, passed, failed, skipped }) =>
        `${column(seconds)}  ${tier}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
    ),
  ];
  return lines.join("\n");
}

/** The failed tests and hooks of several tiers, as text; undefined if none failed. */
export function formatFailures(tiers: readonly TierTimes[]): string | undefined {
  const lines = tiers.flatMap(({ tier, failures }) =>
    failures.map(({ file, title, message }) => `  ${tier}  ${title}  (${file})\n    ${message}`),
  );
  return lines.length === 0 ? undefined : ["The failed tests and hooks:", ...lines].join("\n");
}

function column(seconds: number): string {
  return `${seconds.toFixed(1)} s`.padStart(10);
}
