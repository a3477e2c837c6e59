import { setTimeout as sleep } from "node:timers/promises";
import { ScratchClone } from "../clone";
import { FlaggedApp } from "../flaggedApp";
import { retrySeconds, longPollSeconds } from "../../infra/components/rollouts/longPoll";
import { percentile } from "../statistics";
import { type Benchmark, type Figure, repeat } from "../types";

/** Number of times that the flag is raised and switched off in one run; each is measured in every region. */
const timesPerRun = 20;

/** Interval at which a rollout queries its gate, in milliseconds: a flag may change at any moment between two queries. */
const askMs = 1000 * (longPollSeconds + retrySeconds);

/** Percentage at which the version waits: the flag is on, but below the first weight. */
const waiting = 5;

/** The first two weights: for an app with three or four replicas in a region, both are one pod. */
const [first, second] = [10, 25];

/** The measured moves: to the first weight, including the start of its pods; to the next one, with running pods; and off. */
const kinds = ["up", "raise", "off"] as const;
type Kind = (typeof kinds)[number];

/** Seconds, one value for each region and time. */
interface Times {
  /** From the change of the flag file to the first request that shows the move; for off, to the last request of the version. */
  readonly served: number[];
  /** The same, from a weight that is written by hand. */
  readonly byHand: number[];
  /** From the change of the flag file to the weight that Argo Rollouts writes. */
  readonly written: number[];
}

/** Result of one run. */
export type FlagTimes = Readonly<Record<Kind, Times>>;

/**
 * A flag is raised from below the first weight to the first and to the second, and switched off, each until requests are
 * answered accordingly.
 */
export const flagToWeight: Benchmark = {
  name: "flag-to-weight",
  what: "a flag raised to 10 % and to 25 % and switched off, until requests in every region are answered so",

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

/** Raises and lowers a version once: each move by the flag, and by hand on a separate route. */
async function once(app: FlaggedApp, times: FlagTimes): Promise<void> {
  const moves = {
    up: { from: 0, to: first, set: () => app.flag("on", first) },
    raise: { from: first, to: second, set: () => app.flag("on", second) },
    off: { from: second, to: 0, set: () => app.flag("off", waiting) },
  };
  await app.waits(waiting);
  for (const kind of kinds) {
    const { set, ...move } = moves[kind];
    await sleep(Math.random() * askMs);
    const { served, written } = await app.until(move, set);
    times[kind].served.push(...served);
    times[kind].written.push(...written);
    // After off the version's pods stop, so that weight was written by hand before.
    if (kind === "off") continue;
    times[kind].byHand.push(...(await app.untilByHand(move)));
    if (kind === "raise") times.off.byHand.push(...(await app.untilByHand(moves.off)));
  }
  await app.flag("on", waiting);
}

function noTimes(): FlagTimes {
  const none = (): Times => ({ served: [], byHand: [], written: [] });
  return { up: none(), raise: none(), off: none() };
}

/** The figures of the runs. Pure. */
export function figuresOf(runs: readonly FlagTimes[]): Figure[] {
  return [
    ...figuresFor(runs, "up", "flag to 10 % of requests", "its pods' start included"),
    ...figuresFor(runs, "raise", "flag to 25 % of requests", "whose pods are there"),
    ...figuresFor(runs, "off", "flag off to no request", "the last request that it answered"),
  ];
}

function figuresFor(runs: readonly FlagTimes[], kind: Kind, name: string, note: string): Figure[] {
  const at = (percent: number, times: keyof Times) =>
    runs.map((run) => percentile(run[kind][times], percent));
  const all = (times: keyof Times) => runs.flatMap((run) => run[kind][times]);
  const served = all("served");
  const written = all("written");
  const peer = (percent: number) => ({ name: "the weight by hand", values: at(percent, "byHand") });
  const p99 = percentile(served, 99);
  return [
    {
      name: `${name} P99`,
      unit: "s",
      values: at(99, "served"),
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
    { name: `${name} P50`, unit: "s", values: at(50, "served"), peer: peer(50) },
  ];
}
