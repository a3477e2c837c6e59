import * as fs from "node:fs";

/** Number of threads of the machine that wanted a core at a moment, including running ones. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly runnable: number;
}

/**
 * The time that an interval would have taken with a core for every thread: if more threads want a core than there are cores,
 * each gets only its share. Work that waits for anything other than a core does not get faster, so this is the lower bound, and
 * the measured interval is the upper one. Without samples, nothing is subtracted. Pure.
 */
export function uncontendedMs(
  samples: readonly Sample[],
  cores: number,
  begin: number,
  end: number,
): number {
  const first = samples[0]?.at ?? end;
  return samples.reduce(
    (sum, { at, runnable }, index) => {
      const from = Math.max(begin, at);
      const to = Math.min(end, samples[index + 1]?.at ?? end);
      return sum + Math.max(to - from, 0) * Math.min(1, cores / Math.max(runnable, 1));
    },
    Math.max(Math.min(first, end) - begin, 0),
  );
}

const everyMs = 100;

/** Counts runnable threads until stopped. */
export function sampleContention(): { stop(): readonly Sample[] } {
  const samples: Sample[] = [];
  const timer = setInterval(() => samples.push({ at: Date.now(), runnable: runnable() }), everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}

/** Excludes the reading thread itself. */
function runnable(): number {
  const [, count = "1"] =
    /^procs_running (\d+)$/m.exec(fs.readFileSync("/proc/stat", "utf8")) ?? [];
  return Number(count) - 1;
}
