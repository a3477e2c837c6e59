import { type Duration, type RunTime, runTime, timeLeft } from "./estimate";
import { readRunTimes, runTimesFile, storeRunTime } from "./store";

/** The kind of a run, and figures for the first of its kind on a machine. */
export interface RunKind {
  /** Runs of one kind take about the same time, e.g. "up local, 3 regions, 3 to create". */
  readonly kind: string;
  /** Number of steps that a preview has counted. Default: not known. */
  readonly steps?: number;
  /** Duration. Default: not known. */
  readonly first?: Duration;
}

/** Measures a run, and estimates the time that is left from earlier runs of its kind on this machine. */
export class RunClock {
  private readonly earlier: readonly RunTime[];
  private readonly stepsAt: number[] = [];
  private readonly begin: number;

  /**
   * @param file File with earlier runs. Default: that of this user.
   * @param now Clock in milliseconds. Default: the machine's.
   */
  constructor(
    private readonly run: RunKind,
    private readonly file: string = runTimesFile(),
    private readonly now: () => number = Date.now,
  ) {
    this.earlier = readRunTimes(file)[run.kind] ?? [];
    this.begin = now();
  }

  /** Number of steps that are done. */
  get done(): number {
    return this.stepsAt.length;
  }

  /** Number of steps of the whole run: that of the latest run of its kind, or counted. Undefined: not known. */
  get expected(): number | undefined {
    const steps = this.earlier.at(-1)?.steps ?? this.run.steps;
    return steps === undefined ? undefined : Math.max(steps, this.done);
  }

  /** One more step is done. */
  step(): void {
    this.stepsAt.push(this.now() - this.begin);
  }

  /** Time that is left in milliseconds; undefined if it is not known. */
  left(): Duration | undefined {
    const progress = { elapsedMs: this.now() - this.begin, done: this.done };
    return timeLeft(this.earlier, progress, this.run.first);
  }

  /** Stores the run, which has succeeded. */
  finish(): void {
    storeRunTime(this.file, this.run.kind, runTime(this.now() - this.begin, this.stepsAt));
  }
}
