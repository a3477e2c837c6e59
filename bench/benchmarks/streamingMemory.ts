import { setTimeout as sleep } from "node:timers/promises";
import { platformCpu } from "../cpuByPart";
import { median } from "../statistics";
import { isStreaming, sumOf } from "../streaming/parts";
import { streamingPlatform } from "../streaming/platform";
import { type Benchmark, repeat } from "../types";
import { memoryOf, partOf, platformProcesses } from "../usage";

/** Time over which the processor time is measured, in milliseconds. */
const restMs = 10_000;

/** Kafka of an idle platform. */
export const streamingMemory: Benchmark = {
  name: "streaming-memory",
  what: "memory (PSS) and processor time of Kafka in three regions without records",

  async measure(lab) {
    const { instance, plan } = await streamingPlatform(lab);
    const rests = await repeat(lab, async () => {
      const before = sumOf(platformCpu(instance));
      await sleep(restMs, undefined, { signal: lab.signal });
      const cpu = (1000 * (sumOf(platformCpu(instance)) - before)) / restMs;
      const processes = platformProcesses(instance)
        .map((found) => ({ part: partOf(instance, found) ?? "", pid: found.pid }))
        .filter(({ part }) => isStreaming(part));
      return { cpu, parts: processes.map(({ part, pid }) => ({ part, mb: memoryOf(pid).pss })) };
    });
    const sums = rests.map(({ parts }) => parts.reduce((all, { mb }) => all + mb, 0));
    const last = [...(rests.at(-1)?.parts ?? [])].sort((one, other) => other.mb - one.mb);
    const cores = median(rests.map(({ cpu }) => cpu));
    return [
      {
        name: "streaming-memory",
        unit: "MB",
        values: sums,
        aim: { of: "value", most: 1600 },
        note:
          `${plan.regions.length} regions: ${last.map(({ part, mb }) => `${part} ${Math.round(mb)}`).join(", ")}. ` +
          `At rest they use ${cores.toFixed(2)} cores`,
        details: {
          coresAtRest: cores,
          ...Object.fromEntries(last.map(({ part, mb }) => [part, mb])),
        },
      },
    ];
  },
};
