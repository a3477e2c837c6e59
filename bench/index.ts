import type { Context } from "../operations/context";
import { UsageError } from "../operations/errors";
import { platformTools, ensureTools } from "../toolchain";
import { machineFacts } from "./machine";
import {
  environment,
  makeHome,
  meridian,
  type Platform,
  platformOf,
  removeHome,
  sweepHomes,
} from "./platform";
import { benchmarks, benchmarksOf } from "./registry";
import { type Failed, type Judged, formatReport, judge } from "./report";
import type { Benchmark, Lab } from "./types";

/**
 * Measures the platform on this machine and prints each figure with its aim. Progress goes to stderr, so that stdout contains
 * only the output of `--json`.
 * @returns 0 if all benchmarks could be measured, whether aims are met or not; otherwise 1.
 */
export async function bench(
  names: string[],
  json: boolean,
  runs: number,
  context: Context,
): Promise<number> {
  const chosen = choose(names);
  const machine = machineFacts();
  if (!chosen.every(({ withoutTools }) => withoutTools)) {
    await ensureTools(platformTools, () => undefined, { signal: context.signal });
  }
  await sweepHomes();
  const laboratory = new Laboratory(runs, context.signal);
  const figures: Judged[] = [];
  const failed: Failed[] = [];
  try {
    for (const [index, benchmark] of chosen.entries()) {
      if (context.signal.aborted) break;
      laboratory.title = `[${index + 1}/${chosen.length}] ${benchmark.name}`;
      laboratory.say(benchmark.what);
      try {
        figures.push(...(await benchmark.measure(laboratory)).map(judge));
      } catch (error) {
        if (context.signal.aborted) break;
        failed.push({ name: benchmark.name, error: (error as Error).message });
        laboratory.say(`failed: ${(error as Error).message}`);
      }
    }
  } finally {
    await laboratory.close();
  }
  const report = { machine, figures, failed };
  console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
  context.signal.throwIfAborted();
  return failed.length === 0 ? 0 : 1;
}

/** @throws UsageError for the name of an unknown benchmark. */
function choose(names: readonly string[]): readonly Benchmark[] {
  const known = benchmarks.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const list = benchmarks.map(({ name, what }) => `  ${name}: ${what}`).join("\n");
    throw new UsageError(`There is no benchmark ${unknown.join(", ")}. There are:\n${list}`);
  }
  return benchmarksOf(names);
}

/** Holds the resources that benchmarks share, and cleans up after them. */
class Laboratory implements Lab {
  title = "";
  private readonly homes = new Set<string>();
  private shared: Platform | undefined;

  constructor(
    readonly runs: number,
    readonly signal: AbortSignal,
  ) {}

  async platform(): Promise<Platform> {
    if (this.shared === undefined) {
      this.say("bringing up the platform that the benchmarks share");
      const home = this.freshHome();
      await meridian(home, ["up", environment], this.signal);
      this.shared = platformOf(home);
    }
    return this.shared;
  }

  freshHome(): string {
    const home = makeHome();
    this.homes.add(home);
    return home;
  }

  async removeHome(home: string): Promise<void> {
    await removeHome(home);
    this.homes.delete(home);
  }

  say(text: string): void {
    process.stderr.write(`${this.title}: ${text}\n`);
  }

  async close(): Promise<void> {
    for (const home of this.homes) await this.removeHome(home);
  }
}
