import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  applyChanges,
  type FlagChange,
  retire,
} from "../../../infra/components/rollouts/flagEdits";
import { readState, stateIn } from "../../../infra/components/rollouts/flagReading";
import type { Flag } from "../../../infra/components/rollouts/flags";
import {
  nextState,
  type RolloutState,
  stableState,
} from "../../../infra/components/rollouts/model";
import { rolloutSteps } from "../../../infra/components/rollouts/steps";
import { flagFileOf } from "../../../infra/config/folder";
import { editFlagFile } from "../../../operations/flags/file";
import { changesBy, type FlagHistory, placesAfter } from "../../support/flagHistories";
import { FlagRecord } from "../../support/flagRecord";
import type { TestPlatform } from "./platform";
import type { RolloutWatch } from "./rolloutWatch";

/**
 * Longest that regions get for what they have to do, in seconds: a step takes one or two. With five apps on two cores, which are
 * full all the time, more than 120 were seen.
 */
const limitSeconds = 240;

const steps = rolloutSteps();

/** Puts one app of a platform through histories of its flag, one after the other. */
export class FlagRuns {
  /** All that the flag has said. */
  readonly record = new FlagRecord();
  private readonly file: string;

  constructor(
    platform: TestPlatform,
    private readonly watch: RolloutWatch,
    private readonly app: string,
    private readonly newVersion: (app: string) => string,
  ) {
    this.file = flagFileOf(platform.environments, platform.environment);
  }

  /**
   * A version comes, its flag goes through a history, and is retired.
   * @throws when regions do not come to rest, or rest where the model says that they cannot be.
   */
  async run(history: FlagHistory): Promise<void> {
    await this.edit((flag) => changesBy(flag, { to: history.first }));
    const version = this.newVersion(this.app);
    const places = new Map(
      this.watch.regions.map((region) => [region, this.begin(region, version)]),
    );
    const hear = (settled: boolean) => {
      for (const [region, before] of places)
        places.set(region, placesAfter(before, this.stateIn(region), settled, steps));
    };
    try {
      for (const edit of [...history.edits, { wait: "settled" } as const]) {
        if ("to" in edit) await this.edit((flag) => changesBy(flag, edit));
        hear(edit.wait === "settled");
        if (edit.wait === "settled") await this.rest(version, places);
        else await sleep(edit.wait);
      }
      await this.edit(retire);
      await this.until("it runs one version", (region) =>
        this.watch.isAlone(region, this.app, version),
      );
    } catch (error) {
      const told = this.watch.regions.map((region) => this.watch.describe(region, this.app));
      const text = [(error as Error).message, ...told, `history ${JSON.stringify(history)}`];
      throw new Error(`${this.app} ${version}: ${text.join("\n  ")}`, { cause: error });
    }
  }

  private begin(region: string, version: string): RolloutState[] {
    const begun = nextState(stableState("before"), { kind: "version", version }, steps);
    return placesAfter([begun], this.stateIn(region), false, steps);
  }

  private stateIn(region: string) {
    const state = this.record.stateIn(region);
    if (state === undefined) throw new Error(`${this.app}'s flag has said nothing yet`);
    return state;
  }

  /** Waits until every region rests, and looks whether it may be there. */
  private async rest(
    version: string,
    places: ReadonlyMap<string, readonly RolloutState[]>,
  ): Promise<void> {
    await this.until("every region rests", (region) =>
      this.watch.rests(region, this.app, version, this.stateIn(region)),
    );
    for (const [region, possible] of places) {
      const weight = this.watch.weight(region, this.app);
      const weights = possible.map((state) => state.weight);
      if (!weights.includes(weight))
        throw new Error(`${region} rests at ${weight} %, and the model at ${weights.join(" or ")}`);
    }
  }

  private async until(what: string, holds: (region: string) => boolean): Promise<void> {
    const deadline = Date.now() + limitSeconds * 1000;
    while (!this.watch.regions.every(holds)) {
      this.watch.check();
      if (Date.now() > deadline) throw new Error(`${what}: not within ${limitSeconds} s`);
      await sleep(50);
    }
  }

  /** Puts another file in the place of the one that is there, as `meridian flag` does. */
  private async edit(decide: (flag: Flag) => readonly FlagChange[]): Promise<void> {
    let from = 0;
    let states = {};
    await editFlagFile(
      this.file,
      (file) => {
        const flag = file.flags[this.app];
        if (flag === undefined) throw new Error(`${path.basename(this.file)} has no ${this.app}`);
        const after = applyChanges(flag, decide(flag));
        const reading = readState(after);
        if (reading === undefined) throw new Error(`${this.app} is no flag of true and false`);
        const { regions } = this.watch;
        states = Object.fromEntries(regions.map((region) => [region, stateIn(reading, region)]));
        return after === flag ? file : { ...file, flags: { ...file.flags, [this.app]: after } };
      },
      { beforeReplace: () => void (from = Date.now()) },
    );
    const surely = Date.now();
    this.record.add({ from: from === 0 ? surely : from, surely, states });
  }
}
