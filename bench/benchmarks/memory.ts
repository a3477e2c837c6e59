import { setTimeout as sleep } from "node:timers/promises";
import { type Benchmark, repeat } from "../types";
import { memoryOf, partOf, platformProcesses } from "../usage";
import { median } from "../statistics";

/** Interval between two readings, and pause before the first, in milliseconds. */
const pause = 2000;

/** Memory of an idle platform. */
export const memory: Benchmark = {
  name: "memory",
  what: "memory of the idle platform (PSS), in all and by part",

  async measure(lab) {
    const { instance } = await lab.platform();
    const readings = await repeat(lab, async () => {
      await sleep(pause, undefined, { signal: lab.signal });
      return platformProcesses(instance).map((found) => ({
        part: groupOf(partOf(instance, found)),
        ...memoryOf(found.pid),
      }));
    });
    const sums = readings.map((reading) => sum(reading.map(({ pss }) => pss)));
    const peaks = readings.map((reading) => sum(reading.map(({ peak }) => peak)));
    const parts = byPart(readings.at(-1) ?? []);
    const largest = [...parts].sort(([, one], [, other]) => other - one);
    return [
      {
        name: "memory",
        unit: "MB",
        values: sums,
        note: largest.map(([part, mb]) => `${part} ${Math.round(mb)}`).join(", "),
        details: { ...Object.fromEntries(parts), sumOfPeakResident: median(peaks) },
      },
    ];
  },
};

/** One row per component, for all clusters together. */
function groupOf(part = "others"): string {
  return part.split("/").at(-1) ?? part;
}

function byPart(reading: readonly { part: string; pss: number }[]): Map<string, number> {
  const parts = new Map<string, number>();
  for (const { part, pss } of reading) parts.set(part, (parts.get(part) ?? 0) + pss);
  return parts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
