import * as os from "node:os";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/local/instance";
import { engineTimesVariable } from "../../cli/engineTimes";
import { sampleContention, uncontendedMs } from "../contention";
import { type CpuByPart, followEngine, platformCpu, sum, withCommand } from "../cpuByPart";
import { longestChain } from "../criticalPath";
import { type EngineRun, engineRunOf, readEngineTimes, readState, stepsOf } from "../engineRun";
import { environment, outputOf, platformOf, startMeridian } from "../platform";
import { median } from "../statistics";
import { type Benchmark, type Figure, type Lab, repeat } from "../types";
import { endedChildrenSeconds } from "../usage";

/** The whole platform from nothing. */
export const startWarm: Benchmark = {
  name: "start-warm",
  what: "`meridian up local` from nothing to all apps healthy, tools in the cache",

  async measure(lab) {
    return figuresOf(await repeat(lab, () => startOnce(lab)), os.availableParallelism());
  },
};

/** Seconds of the parts of the critical path. */
export interface CriticalPath {
  /** Until the engine begins: the command, its checks, the program. */
  readonly before: number;
  /** The longest chain of resources, each of which depends on the one before. */
  readonly engine: number;
  /** From the engine's end to all apps healthy. */
  readonly after: number;
}

/** What one start took. */
export interface Start {
  readonly wall: number;
  readonly cpu: CpuByPart;
  /** With a core for every thread, and as it was, waiting for cores included. */
  readonly uncontended: CriticalPath;
  readonly contended: CriticalPath;
}

async function startOnce(lab: Lab): Promise<Start> {
  const home = lab.freshHome();
  const file = path.join(home, "engine-times.jsonl");
  const args = ["up", environment];
  const cpuBefore = endedChildrenSeconds();
  const contention = sampleContention();
  const begin = Date.now();
  const variables = { [engineTimesVariable]: file };
  const command = startMeridian(home, args, lab.signal, repositoryRoot, variables);
  const engine = followEngine(command.pid);
  let end, samples, engineCpu;
  try {
    await outputOf(command, args, lab.signal);
  } finally {
    end = Date.now();
    samples = contention.stop();
    engineCpu = engine.stop();
  }
  const { instance } = platformOf(home);
  const commandCpu = endedChildrenSeconds() - cpuBefore;
  const cpu = withCommand(engineCpu, platformCpu(instance), commandCpu);
  const run = engineRunOf(readEngineTimes(file));
  const state = readState(instance);
  await lab.removeHome(home);
  const cores = os.availableParallelism();
  const pathWith = (msOf: MsOf) => criticalPath(run, state, { begin, end }, msOf);
  return {
    wall: (end - begin) / 1000,
    cpu,
    uncontended: pathWith((from, to) => uncontendedMs(samples, cores, from, to)),
    contended: pathWith((from, to) => to - from),
  };
}

type MsOf = (begin: number, end: number) => number;

function criticalPath(
  run: EngineRun,
  state: Parameters<typeof stepsOf>[1],
  { begin, end }: { readonly begin: number; readonly end: number },
  msOf: MsOf,
): CriticalPath {
  return {
    before: msOf(begin, run.begin) / 1000,
    engine: longestChain(stepsOf(run, state, msOf)).ms / 1000,
    after: msOf(run.end, end) / 1000,
  };
}

/** Pure. */
export function figuresOf(starts: readonly Start[], cores: number): Figure[] {
  const values = starts.map(({ wall }) => wall);
  const cpu = starts.map((start) => sum(Object.values(start.cpu)));
  const paths = starts.map(({ uncontended }) => total(uncontended));
  const contended = starts.map((start) => total(start.contended));
  const parts = partMedians(starts);
  const largest = Object.entries(parts).sort(([, one], [, other]) => other - one);
  const pieces = (["before", "engine", "after"] as const).map(
    (piece) => [piece, median(starts.map(({ uncontended }) => uncontended[piece]))] as const,
  );
  const rounded = (list: readonly (readonly [string, number])[]) =>
    list.map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`).join(", ");
  return [
    {
      name: "start-warm",
      unit: "s",
      values,
      aim: { of: "value", most: 45 },
      note: `${median(cpu).toFixed(0)} seconds of processor: ${rounded(largest)}`,
      details: { cpuSeconds: median(cpu), ...parts },
    },
    {
      name: "start-warm-limit",
      unit: "s",
      values,
      peer: {
        name: "critical path or CPU / cores",
        values: paths.map((path, index) => Math.max(path, (cpu[index] ?? 0) / cores)),
      },
      aim: { of: "ratio", most: 1.25 },
      note:
        `the larger of CPU / cores, ${(median(cpu) / cores).toFixed(1)} s, and the critical path, ` +
        `${median(paths).toFixed(1)} s (${rounded(pieces)}): what comes before the engine, the longest chain of its ` +
        "resources by their dependencies, and the wait for delivery after it. While more threads want a core than there " +
        "are, the path is counted as with a core for each; waiting included, it has " +
        `${median(contended).toFixed(1)} s, which a saturated machine makes out of any order of work`,
      details: {
        cpuSecondsByCores: median(cpu) / cores,
        criticalPath: median(paths),
        criticalPathContended: median(contended),
        ...Object.fromEntries(pieces.map(([piece, seconds]) => [`criticalPath ${piece}`, seconds])),
      },
    },
  ];
}

const total = ({ before, engine, after }: CriticalPath): number => before + engine + after;

function partMedians(starts: readonly Start[]): Record<string, number> {
  const names = [...new Set(starts.flatMap(({ cpu }) => Object.keys(cpu)))];
  return Object.fromEntries(
    names.map((name) => [name, median(starts.map(({ cpu }) => cpu[name] ?? 0))]),
  );
}
