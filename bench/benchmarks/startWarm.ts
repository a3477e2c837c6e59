import * as os from "node:os";
import * as path from "node:path";
import { engineTimesVariable } from "../../operations/engine/times";
import { nameOf } from "../../operations/aws/deployment";
import { sampleContention, uncontendedMs } from "../contention";
import { type CpuByPart, followEngine, platformCpu, sum, withCommand } from "../cpuByPart";
import { longestChain, type Step } from "../criticalPath";
import { type EngineRun, engineRunOf, readEngineTimes, readState, stepsOf } from "../engineRun";
import { environment, outputOf, platformOf, startMeridian } from "../platform";
import { median } from "../statistics";
import { type Benchmark, type Figure, type Lab, repeat } from "../types";
import { endedChildrenSeconds } from "../usage";

/** The start of a whole platform from nothing. */
export const startWarm: Benchmark = {
  name: "start-warm",
  what: "`meridian up local` from nothing to all apps healthy, tools in the cache",

  async measure(lab) {
    return figuresOf(await repeat(lab, () => startOnce(lab)), os.availableParallelism());
  },
};

/** Seconds of each part of the critical path. */
export interface CriticalPath {
  /** Until the engine starts: the command, its checks, the program. */
  readonly before: number;
  /** The longest chain of dependent resources. */
  readonly engine: number;
  /** From the engine's end until all apps are healthy. */
  readonly after: number;
}

/** Measurements of one start. */
export interface Start {
  readonly wall: number;
  readonly cpu: CpuByPart;
  /** With a core for every thread, and as measured, including waits for cores. */
  readonly uncontended: CriticalPath;
  readonly contended: CriticalPath;
  /** From the engine's start to its end. */
  readonly engineWall: number;
  /** The resources of the measured critical chain, with their seconds. */
  readonly chain: readonly (readonly [string, number])[];
}

/** One start in a home of its own. @param prepare changes the home before. */
export async function startOnce(
  lab: Lab,
  prepare: (home: string) => void = () => undefined,
): Promise<Start> {
  const home = lab.freshHome();
  prepare(home);
  const file = path.join(home, "engine-times.jsonl");
  const args = ["up", environment];
  const cpuBefore = endedChildrenSeconds();
  const contention = sampleContention();
  const begin = Date.now();
  const variables = { [engineTimesVariable]: file };
  const command = startMeridian(home, args, lab.signal, variables);
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
    contended: pathWith(lasted),
    engineWall: lasted(run.begin, run.end) / 1000,
    chain: chainOf(stepsOf(run, state, lasted)),
  };
}

type MsOf = (begin: number, end: number) => number;

const lasted: MsOf = (begin, end) => end - begin;

function chainOf(steps: readonly Step[]): Start["chain"] {
  const ms = new Map(steps.map((step) => [step.name, step.ms]));
  return longestChain(steps).names.map((urn) => [nameOf(urn), (ms.get(urn) ?? 0) / 1000]);
}

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
  const parts = partMedians(starts);
  return [
    {
      name: "start-warm",
      unit: "s",
      values,
      aim: { of: "value", most: 45 },
      note: `${median(cpu).toFixed(0)} seconds of processor: ${listed(largestFirst(Object.entries(parts)))}`,
      details: { cpuSeconds: median(cpu), ...parts },
    },
    limitFigure(
      starts,
      values,
      cpu.map((seconds) => seconds / cores),
    ),
  ];
}

/** The time of a start compared with its lower bound: the work divided by all cores, or the critical path. */
function limitFigure(starts: readonly Start[], values: number[], work: number[]): Figure {
  const paths = starts.map(({ uncontended }) => total(uncontended));
  const medianOf = (what: (start: Start) => number) => median(starts.map(what));
  const pieces = (["before", "engine", "after"] as const).map(
    (piece) => [piece, medianOf(({ uncontended }) => uncontended[piece])] as const,
  );
  const contended = medianOf((start) => total(start.contended));
  const engineWall = medianOf((start) => start.engineWall);
  const links = largestFirst(starts.at(-1)?.chain ?? []).slice(0, 6);
  return {
    name: "start-warm-limit",
    unit: "s",
    values,
    peer: {
      name: "critical path or CPU / cores",
      values: paths.map((path, index) => Math.max(path, work[index] ?? 0)),
    },
    aim: { of: "ratio", most: 1.25 },
    note:
      `compared with the larger of CPU / cores, ${median(work).toFixed(1)} s, and the critical path: what comes before ` +
      "the engine, the longest chain of operations on resources by their dependencies, and the wait for delivery. It has " +
      `${contended.toFixed(1)} s with all its waiting for cores, and at least ${median(paths).toFixed(1)} s ` +
      `(${listed(pieces)}) with a core for every thread, which is what is compared: the former grows with the load, ` +
      `whatever the order of work. The engine took ${engineWall.toFixed(1)} s; the longest links of its chain in the ` +
      `last run: ${listed(links)}. What it does between operations is in no chain`,
    details: {
      cpuSecondsByCores: median(work),
      criticalPath: median(paths),
      criticalPathContended: contended,
      engineWall,
      ...Object.fromEntries(pieces.map(([piece, seconds]) => [`criticalPath ${piece}`, seconds])),
    },
  };
}

type Named = readonly (readonly [string, number])[];

const largestFirst = (list: Named): Named => [...list].sort(([, one], [, other]) => other - one);

const listed = (list: Named): string =>
  list.map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`).join(", ");

const total = ({ before, engine, after }: CriticalPath): number => before + engine + after;

function partMedians(starts: readonly Start[]): Record<string, number> {
  const names = [...new Set(starts.flatMap(({ cpu }) => Object.keys(cpu)))];
  return Object.fromEntries(
    names.map((name) => [name, median(starts.map(({ cpu }) => cpu[name] ?? 0))]),
  );
}
