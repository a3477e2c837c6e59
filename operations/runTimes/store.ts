import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { writePrivate } from "../../infra/providers/local/instance";
import { cacheRoot } from "../../toolchain/cachePaths";
import { mostRuns, type RunTime } from "./estimate";

/** Times of runs by kind, the kind that ran last at the end. */
export type RunTimes = Readonly<Record<string, readonly RunTime[]>>;

/** Number of kinds that are stored. */
const mostKinds = 50;

const time = z.number().min(0).max(86_400_000);

const fileSchema = z.record(
  z.string(),
  z.array(
    z.object({
      ms: time,
      steps: z.number().int().min(0),
      tenths: z.array(time).refine(({ length }) => length === 0 || length === 11),
    }),
  ),
);

/** The file with the times of this user's runs on this machine, beside the tool cache. */
export function runTimesFile(): string {
  return path.join(path.dirname(cacheRoot()), "run-times.json");
}

/** The stored times; empty if the file is missing, unreadable or not valid. Never throws. */
export function readRunTimes(file: string): RunTimes {
  try {
    const read = fileSchema.safeParse(JSON.parse(fs.readFileSync(file, "utf8")));
    return read.success ? read.data : {};
  } catch {
    return {};
  }
}

/** Adds a run to the stored times. Without access to the file nothing is stored: the times are an aid only. */
export function storeRunTime(file: string, kind: string, run: RunTime): void {
  try {
    writePrivate(file, `${JSON.stringify(withRun(readRunTimes(file), kind, run))}\n`);
  } catch {
    // The next run has no estimate.
  }
}

/** The times with one more run; the oldest runs and kinds are dropped. Pure. */
export function withRun(times: RunTimes, kind: string, run: RunTime): RunTimes {
  const { [kind]: earlier = [], ...others } = times;
  const kinds = Object.entries(others).slice(-(mostKinds - 1));
  return { ...Object.fromEntries(kinds), [kind]: [...earlier, run].slice(-mostRuns) };
}
