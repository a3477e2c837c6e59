import type { Platform } from "./platform";

/** Unit of a figure. */
export type Unit = "s" | "ms" | "µs" | "MB";

/** What a figure should not exceed: its own median, or the median of its ratios to the peer. */
export interface Aim {
  readonly of: "value" | "ratio";
  readonly most: number;
}

/** What one benchmark found out: one value a run. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  /** What it is compared with, measured in the same runs: one value a run. */
  readonly peer?: { readonly name: string; readonly values: readonly number[] };
  readonly aim?: Aim;
  /** What a reader has to know to read the figure right. */
  readonly note?: string;
  /** Further numbers, for programs. */
  readonly details?: Readonly<Record<string, number>>;
}

/** What a benchmark works with. */
export interface Lab {
  /** How often to measure. */
  readonly runs: number;
  readonly signal: AbortSignal;
  /** A running platform of the benchmarks' own, shared by all that only need one; made at the first call. */
  platform(): Promise<Platform>;
  /** A fresh temporary folder for instances; what runs in it is ended and it is removed afterwards. */
  freshHome(): string;
  /** Ends what runs in a home and removes it. */
  removeHome(home: string): Promise<void>;
  /** Tells a person how far the benchmark is. */
  say(text: string): void;
}

/** One benchmark. A new one is one file and one line in `registry.ts`. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, in a line. */
  readonly what: string;
  /** It takes so long that it is measured only where it is named. */
  readonly onlyWhenNamed?: true;
  /** It runs no tool of the user's cache, so none has to be there. */
  readonly withoutTools?: true;
  measure(lab: Lab): Promise<readonly Figure[]>;
}

/**
 * Measures `runs` times, and says how long it will still take.
 * @throws when the person asked to stop.
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
