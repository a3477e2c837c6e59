import { apps, hundredApps } from "./benchmarks/apps";
import { commandTimes } from "./benchmarks/commands";
import { appsSynced, commitToHealthy } from "./benchmarks/delivery";
import { dnsFailover, dnsRate } from "./benchmarks/dns";
import { failover } from "./benchmarks/failover";
import { fanOut, smallFanOut } from "./benchmarks/fanOut";
import { flagEvaluation, flagToGate } from "./benchmarks/flags";
import { flagToWeight } from "./benchmarks/flagToWeight";
import { gateway } from "./benchmarks/gateway";
import { memory } from "./benchmarks/memory";
import { previewUnchanged } from "./benchmarks/previewUnchanged";
import { regionBoot } from "./benchmarks/regionBoot";
import { startAgain } from "./benchmarks/startAgain";
import { startCold } from "./benchmarks/startCold";
import { startWarm } from "./benchmarks/startWarm";
import { streamingMemory } from "./benchmarks/streamingMemory";
import { streamingMirror } from "./benchmarks/streamingMirror";
import { streamingStart } from "./benchmarks/streamingStart";
import { streamingFailover } from "./benchmarks/streamingFailover";

import type { Benchmark } from "./types";

/** Every benchmark, in the order of execution: those that need a quiet machine first, those that disturb the platform last. */
export const benchmarks: readonly Benchmark[] = [
  flagEvaluation,
  flagToGate,
  regionBoot,
  startWarm,
  memory,
  commandTimes,
  startAgain,
  previewUnchanged,
  dnsRate,
  gateway,
  smallFanOut,
  fanOut,
  flagToWeight,
  streamingStart,
  streamingMemory,
  streamingMirror,
  commitToHealthy,
  appsSynced,
  apps,
  hundredApps,
  dnsFailover,
  failover,
  streamingFailover,
  startCold,
];

/** The benchmarks with these names; without names, all except those that run only when named. */
export function benchmarksOf(names: readonly string[]): readonly Benchmark[] {
  return benchmarks.filter(({ name, onlyWhenNamed }) =>
    names.length === 0 ? onlyWhenNamed !== true : names.includes(name),
  );
}
