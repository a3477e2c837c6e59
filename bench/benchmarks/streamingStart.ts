import { ensureTools } from "../../toolchain";
import { sum } from "../cpuByPart";
import { median } from "../statistics";
import { prepareStreaming } from "../streaming/platform";
import { type Benchmark, type Figure, repeat } from "../types";
import { type Start, startOnce } from "./startWarm";

/** One start without Kafka and one with it. */
export interface StartPair {
  readonly without: Pick<Start, "wall" | "cpu">;
  readonly with: Pick<Start, "wall" | "cpu">;
}

/** What Kafka adds to the start of a whole platform. */
export const streamingStart: Benchmark = {
  name: "streaming-start",
  what: "`meridian up local` from nothing with Kafka in every region, against the same without",

  async measure(lab) {
    // Their installation is no part of a start.
    await ensureTools(["java", "kafka"], () => undefined, { signal: lab.signal });
    return figuresOf(
      await repeat(lab, async () => ({
        without: await startOnce(lab),
        with: await startOnce(lab, prepareStreaming),
      })),
    );
  },
};

/** Pure. */
export function figuresOf(pairs: readonly StartPair[]): Figure[] {
  const parts = [...new Set(pairs.flatMap((pair) => Object.keys(pair.with.cpu)))];
  const added = parts
    .map((part) => {
      const more = pairs.map((pair) => (pair.with.cpu[part] ?? 0) - (pair.without.cpu[part] ?? 0));
      return [part, median(more)] as const;
    })
    .sort(([, one], [, other]) => other - one);
  const cpu = pairs.map((pair) => cpuOf(pair.with) - cpuOf(pair.without));
  const seconds = pairs.map((pair) => pair.with.wall - pair.without.wall);
  const listed = added.map(([part, more]) => `${part} ${more.toFixed(1)}`).join(", ");
  return [
    {
      name: "streaming-start",
      unit: "s",
      values: pairs.map((pair) => pair.with.wall),
      peer: { name: "without", values: pairs.map((pair) => pair.without.wall) },
      note:
        `Kafka adds ${median(seconds).toFixed(1)} s and ${median(cpu).toFixed(1)} seconds of processor, ` +
        `by part: ${listed}`,
      details: {
        addedSeconds: median(seconds),
        addedCpuSeconds: median(cpu),
        ...Object.fromEntries(added),
      },
    },
  ];
}

function cpuOf({ cpu }: Pick<Start, "cpu">): number {
  return sum(Object.values(cpu));
}
