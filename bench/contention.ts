import * as fs from "node:fs";

/** How many threads of the machine wanted a core at a moment, those that had one included. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly runnable: number;
}

/**
 * The time that an interval would have taken with a core for every thread: while more threads want a core than there are
 * cores, each gets its share only. Work that waits for something else than a core takes no less time then, so this is
 * the lower bound, and the interval as it was the upper one. Where nothing was sampled, nothing is taken off. Pure.
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

/** Counts runnable threads until it is stopped. */
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

/** Without the thread that is reading. */
function runnable(): number {
  const [, count = "1"] =
    /^procs_running (\d+)$/m.exec(fs.readFileSync("/proc/stat", "utf8")) ?? [];
  return Number(count) - 1;
}
