/** The times of one finished run. */
export interface RunTime {
  /** Duration in milliseconds. */
  readonly ms: number;
  /** Number of steps; 0 if the run does not count any. */
  readonly steps: number;
  /** Milliseconds after which each tenth of the steps was done: the first entry is for none, the last for all. Empty without steps. */
  readonly tenths: readonly number[];
}

/** A time in milliseconds, or a range if runs differ too much for one figure. */
export type Duration = number | readonly [least: number, most: number];

/** How far a run has come. */
export interface Progress {
  readonly elapsedMs: number;
  /** Steps that are done. */
  readonly done: number;
}

/** Number of earlier runs that count. */
export const mostRuns = 5;

/** Highest ratio of two estimates that one figure represents. */
const widest = 1.5;

/** Time that damps the comparison with earlier runs while both are short, in milliseconds. */
const dampingMs = 5000;

/**
 * The time that is left of a run, from earlier runs of the same kind. Each earlier run is scaled by the ratio of the time that has passed
 * to the time that it had taken for as many steps: on a busy machine, or while a step takes long, the estimate grows. Pure.
 * @param earlier Runs of the same kind.
 * @param first Duration of a run on a machine that has done none. Default: not known.
 * @returns undefined if it is not known.
 */
export function timeLeft(
  earlier: readonly RunTime[],
  progress: Progress,
  first?: Duration,
): Duration | undefined {
  const runs = earlier.slice(-mostRuns);
  if (runs.length === 0) return withoutHistory(progress, first);
  const lefts = runs.map((run) => leftBy(run, progress)).sort((one, other) => one - other);
  const [least = 0, most = 0] = [lefts[0], lefts.at(-1)];
  if (most <= 0) return undefined;
  return most <= widest * least ? median(lefts) : [least, most];
}

function withoutHistory({ elapsedMs }: Progress, first?: Duration): Duration | undefined {
  if (first === undefined) return undefined;
  const [least, most] = typeof first === "number" ? [first, first] : first;
  if (elapsedMs >= most) return undefined;
  return [Math.max(0, least - elapsedMs), most - elapsedMs];
}

function leftBy(run: RunTime, { elapsedMs, done }: Progress): number {
  if (run.steps === 0) return Math.max(0, run.ms - elapsedMs);
  const then = timeAt(run, Math.min(done / run.steps, 1));
  const pace = (elapsedMs + dampingMs) / (then + dampingMs);
  return Math.max(0, run.ms - then) * pace;
}

/** Milliseconds after which a run had done a part of its steps, interpolated. */
function timeAt({ ms, tenths }: RunTime, part: number): number {
  const position = part * (tenths.length - 1);
  const before = tenths[Math.floor(position)] ?? 0;
  const after = tenths[Math.ceil(position)] ?? ms;
  return before + (after - before) * (position - Math.floor(position));
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * The times of a run. Pure.
 * @param stepsAt Milliseconds after which each step was done, in order.
 */
export function runTime(ms: number, stepsAt: readonly number[]): RunTime {
  const steps = stepsAt.length;
  if (steps === 0) return { ms, steps, tenths: [] };
  const tenths = Array.from({ length: 11 }, (_, tenth) => {
    const count = Math.ceil((steps * tenth) / 10);
    return count === 0 ? 0 : (stepsAt[count - 1] ?? ms);
  });
  return { ms, steps, tenths };
}
