import { setTimeout as sleep } from "node:timers/promises";
import { ScratchClone } from "../clone";
import { FlaggedApp } from "../flaggedApp";
import { askAgainSeconds, keepSeconds } from "../../../infra/plan/rollouts/asking";
import { percentile } from "../statistics";
import { type Benchmark, type Figure, repeat } from "../types";

/** Times that the flag goes up and is switched off in one run; each is measured in every region. */
const timesPerRun = 20;

/** How often a rollout asks its gate anew, milliseconds: a flag may change at any moment between two questions. */
const askMs = 1000 * (keepSeconds + askAgainSeconds);

/** Percentage at which the version waits: on, and below the first weight. */
const waiting = 5;

/** The first weight. */
const first = 10;

/** What one run found, in seconds: one for each region and time. */
export interface FlagTimes {
  /** From the flag's file to the first request that the new version answers, and to the last one. */
  readonly up: number[];
  readonly off: number[];
  /** The same from a weight that is written by hand. */
  readonly upByHand: number[];
  readonly offByHand: number[];
  /** From the flag's file to the weight that Argo Rollouts writes. */
  readonly upWritten: number[];
  readonly offWritten: number[];
}

/** A flag raised from below the first weight to it, and switched off, until requests are answered accordingly. */
export const flagToWeight: Benchmark = {
  name: "flag-to-weight",
  what: "a flag raised to 10 % and switched off, until requests in every region are answered so",

  async measure(lab) {
    const clone = await ScratchClone.create(lab);
    const app = await FlaggedApp.start(clone, "storefront", lab.signal);
    try {
      await app.flag("on", waiting);
      await app.newVersion();
      return figuresOf(
        await repeat(lab, async () => {
          const times = noTimes();
          for (let each = 0; each < timesPerRun; each++) {
            lab.signal.throwIfAborted();
            await once(app, times);
          }
          return times;
        }),
      );
    } finally {
      app.close();
    }
  },
};

async function once(app: FlaggedApp, times: FlagTimes): Promise<void> {
  await app.waits(waiting);
  await sleep(Math.random() * askMs);
  const up = await app.until(first, () => app.flag("on", first));
  const upByHand = await app.untilByHand(first);
  const offByHand = await app.untilByHand(0);
  // The weight by hand has moved nothing of the app's own.
  await sleep(Math.random() * askMs);
  const off = await app.until(0, () => app.flag("off", waiting));
  await app.flag("on", waiting);
  times.up.push(...up.served);
  times.upWritten.push(...up.written);
  times.upByHand.push(...upByHand);
  times.off.push(...off.served);
  times.offWritten.push(...off.written);
  times.offByHand.push(...offByHand);
}

export function noTimes(): FlagTimes {
  return { up: [], off: [], upByHand: [], offByHand: [], upWritten: [], offWritten: [] };
}

/** What is told of the runs. Pure. */
export function figuresOf(runs: readonly FlagTimes[]): Figure[] {
  return [
    ...figuresFor(runs, "up", "flag to 10 % of requests", "its pods' start included"),
    ...figuresFor(runs, "off", "flag off to no request", "the last request that it answered"),
  ];
}

function figuresFor(
  runs: readonly FlagTimes[],
  kind: "up" | "off",
  name: string,
  note: string,
): Figure[] {
  const at = (percent: number, times: keyof FlagTimes) =>
    runs.map((run) => percentile(run[times], percent));
  const all = (times: keyof FlagTimes) => runs.flatMap((run) => run[times]);
  const served = all(kind);
  const written = all(`${kind}Written`);
  const peer = (percent: number) => ({
    name: "the weight by hand",
    values: at(percent, `${kind}ByHand`),
  });
  const p99 = percentile(served, 99);
  return [
    {
      name: `${name} P99`,
      unit: "s",
      values: at(99, kind),
      peer: peer(99),
      aim: { of: "value", most: 2 },
      note: `from the replacement of the flag's file, ${note}; of all ${served.length} samples P99 is ${p99.toFixed(2)} s, and ${percentile(written, 99).toFixed(2)} s to the weight that is written for the gateway`,
      details: {
        samples: served.length,
        p99OfAll: p99,
        writtenP50: percentile(written, 50),
        writtenP99: percentile(written, 99),
      },
    },
    { name: `${name} P50`, unit: "s", values: at(50, kind), peer: peer(50) },
  ];
}
