import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { verdictOf } from "../../infra/components/rollouts/verdict";
import { regionContext } from "../../services/rollout-gate/flags/contexts";
import { FileSource } from "../../services/rollout-gate/flags/fileSource";
import { RegionFlags } from "../../services/rollout-gate/flags/regionFlags";
import { percentile } from "../statistics";
import { type Benchmark, type Figure, type Lab, repeat } from "../types";

/** Evaluations in one measurement. */
const questions = 50_000;

/** Changes of the file in all runs together. */
const changes = 300;

/** A verdict of a region's gate, compared with the same evaluation by the bare SDK. */
export const flagEvaluation: Benchmark = {
  name: "flag-evaluation",
  what: "a verdict of the rollout gate, against one evaluation of the bare SDK",

  async measure(lab) {
    const { flags, source, close, say } = startFlags(lab);
    try {
      await say(25);
      const evaluate = source.heard()?.evaluate;
      const pairs = await repeat(lab, async () => ({
        bare: await microsOf(() => evaluate?.("bench", region)),
        verdict: await microsOf(() => verdictOf(flags.known("bench"), { weight: 25, last: false })),
      }));
      const figure: Figure = {
        name: "flag-evaluation",
        unit: "µs",
        values: pairs.map(({ verdict }) => verdict),
        peer: { name: "bare SDK", values: pairs.map(({ bare }) => bare) },
        // At least 0.95 of the SDK's rate.
        aim: { of: "ratio", most: 1 / 0.95 },
        note: "in process; the gate asks the SDK when a flag changes, not when it is asked itself",
      };
      return [figure];
    } finally {
      close();
    }
  },
};

/** A flag changes in the file, until the gate has the change. */
export const flagToGate: Benchmark = {
  name: "flag-to-gate",
  what: "a flag changed in its file, until the gate's verdict is another",

  async measure(lab) {
    const { close, say } = startFlags(lab);
    const samples: number[] = [];
    const each = Math.ceil(changes / lab.runs);
    let percentage = 0;
    try {
      await say(percentage);
      const values = await repeat(lab, async () => {
        const own: number[] = [];
        while (own.length < each) {
          lab.signal.throwIfAborted();
          // Start the change at a random moment between two reads of the file.
          await sleep(Math.random() * 100);
          percentage = (percentage + 1) % 100;
          const start = performance.now();
          await say(percentage);
          own.push(performance.now() - start);
        }
        samples.push(...own);
        return percentile(own, 99);
      });
      const figure: Figure = {
        name: "flag-to-gate",
        unit: "ms",
        values,
        aim: { of: "value", most: 200 },
        note: `99th percentile of each run; of all ${samples.length} changes ${percentile(samples, 99).toFixed(1)} ms. From the file's replacement to what is known, comparison with a sample included`,
        details: { p50: percentile(samples, 50), p99: percentile(samples, 99) },
      };
      return [figure];
    } finally {
      close();
    }
  },
};

const region = regionContext({
  name: "eu-west-1",
  location: "Ireland",
  role: "hub",
  attributes: {},
});

/** Flags from a file of this benchmark. */
function startFlags(lab: Lab) {
  const home = lab.freshHome();
  const file = path.join(home, "flags.json");
  const source = new FileSource(file, () => undefined);
  const memory = { write: () => undefined };
  const flags = new RegionFlags({
    source,
    memory,
    remembered: {},
    region,
    mismatch: () => undefined,
  });
  flags.start();
  const says = (percentage: number) => {
    const { fresh, state } = flags.known("bench");
    return fresh && state?.kind === "on" && state.percentage === percentage;
  };
  /** Replaces the file, and waits until the gate has the change. */
  const say = async (percentage: number) => {
    fs.writeFileSync(`${file}.new`, fileOf(percentage));
    fs.renameSync(`${file}.new`, file);
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      stop = flags.onChange(() => says(percentage) && resolve());
    });
    stop();
  };
  return { flags, source, say, close: () => flags.close() };
}

function fileOf(percentage: number): string {
  const weight = percentage * 1000;
  const variations = [
    { variation: 0, weight },
    { variation: 1, weight: 100_000 - weight },
  ];
  const flag = {
    key: "bench",
    version: 1,
    on: true,
    variations: [true, false],
    offVariation: 1,
    salt: "bench",
    rules: [],
    fallthrough: { rollout: { variations } },
  };
  return JSON.stringify({ flags: { bench: flag } });
}

/** Mean microseconds of many sequential calls. */
async function microsOf(call: () => unknown): Promise<number> {
  const start = performance.now();
  for (let left = questions; left > 0; left--) {
    const answer = call();
    if (answer instanceof Promise) await answer;
  }
  return ((performance.now() - start) * 1000) / questions;
}
