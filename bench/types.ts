import type { Platform } from "./platform";

/** Unit of a figure. */
export type Unit = "s" | "ms" | "µs" | "MB" | "records";

/** Upper limit of a figure: for its own median, or for the median of its ratios to the peer. */
export interface Aim {
  readonly of: "value" | "ratio";
  readonly most: number;
}

/** Result of one benchmark: one value per run. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  /** The peer for comparison, measured in the same runs: one value per run. */
  readonly peer?: { readonly name: string; readonly values: readonly number[] };
  readonly aim?: Aim;
  /** Information that is necessary to interpret the figure. */
  readonly note?: string;
  /** Additional numbers, for programs. */
  readonly details?: Readonly<Record<string, number>>;
}

/** The environment of a benchmark. */
export interface Lab {
  /** Number of runs. */
  readonly runs: number;
  readonly signal: AbortSignal;
  /** A running platform that benchmarks share if they only need one; created on the first call. */
  platform(): Promise<Platform>;
  /** Creates a temporary folder for instances; later its processes are ended and it is removed. */
  freshHome(): string;
  /** Ends the processes of a home and removes it. */
  removeHome(home: string): Promise<void>;
  /** Prints the progress of the benchmark. */
  say(text: string): void;
}

/** One benchmark. A new one is one file and one line in `registry.ts`. */
export interface Benchmark {
  readonly name: string;
  /** A one-line description of the measurement. */
  readonly what: string;
  /** It takes so long that it runs only when named. */
  readonly onlyWhenNamed?: true;
  /** It uses no tool of the user's cache, so none has to be installed. */
  readonly withoutTools?: true;
  measure(lab: Lab): Promise<readonly Figure[]>;
}

/**
 * Measures `runs` times, and prints the estimated time left.
 * @throws if the user requested a stop.
 */
export async function repeat<T>(lab: Lab, once: (run: number) => Promise<T>): Promise<T[]> {
  const start = Date.now();
  const results: T[] = [];
  for (let run = 1; run <= lab.runs; run++) {
    lab.signal.throwIfAborted();
    const left = ((Date.now() - start) / Math.max(run - 1, 1)) * (lab.runs - run + 1);
    const hint = run === 1 ? "" : `, about ${Math.ceil(left / 1000)} s left`;
    lab.say(`run ${run} of ${lab.runs}${hint}`);
    results.push(await once(run));
  }
  return results;
}

/** Seconds that an action takes. */
export async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}
