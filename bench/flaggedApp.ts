import { gatewayPorts } from "../infra/components/gateway/component";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPorts } from "../infra/providers/local/ports";
import {
  applyChanges,
  setPercentage,
  switchOff,
  switchOn,
} from "../infra/components/rollouts/flagEdits";
import { flagFileOf } from "../infra/config/folder";
import { editFlagFile } from "../operations/flags/file";
import type { PlatformClone } from "./clone";
import { FlaggedRegion, type Move } from "./flaggedRegion";
import { environment } from "./platform";

/** Time limit of every step, in seconds. */
const limitSeconds = 120;

/** Interval between two checks of the watches' results, in milliseconds. It does not affect the measurements. */
const pollMs = 10;

/** One app of a benchmark's platform, whose version waits for its flag in every region. */
export class FlaggedApp {
  private readonly regions: FlaggedRegion[] = [];
  private made = 0;
  private version = "";

  private constructor(
    private readonly clone: PlatformClone,
    private readonly app: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Starts to watch an app in every region, and creates a second route to it whose weights are written by hand. */
  static async start(clone: PlatformClone, app: string, signal: AbortSignal): Promise<FlaggedApp> {
    const made = new FlaggedApp(clone, app, signal);
    const { platform } = clone;
    const port = readPorts(platform.instance)[gatewayPorts.http] ?? 0;
    const host = `${app}.${platform.plan.traffic.domain}`;
    try {
      for (const { region, address } of platform.plan.traffic.edges)
        made.regions.push(
          await FlaggedRegion.start(platform, region, { app, host, address, port }),
        );
    } catch (error) {
      made.close();
      throw error;
    }
    return made;
  }

  close(): void {
    this.regions.forEach((region) => region.close());
  }

  /**
   * Replaces the flag file, as `meridian flag` does.
   * @returns the time just before the replacement.
   */
  async flag(to: "on" | "off", percentage: number): Promise<number> {
    let at = 0;
    const file = flagFileOf(path.join(this.clone.dir, "environments"), environment);
    await editFlagFile(
      file,
      (before) => {
        const flag = before.flags[this.app];
        if (flag === undefined) throw new Error(`there is no flag ${this.app}`);
        const changes = [
          ...setPercentage(flag, percentage),
          ...(to === "on" ? switchOn(flag) : switchOff(flag)),
        ];
        return { ...before, flags: { ...before.flags, [this.app]: applyChanges(flag, changes) } };
      },
      { beforeReplace: () => void (at = performance.now()) },
    );
    return at;
  }

  /** Commits a version, and waits until every region has it. */
  async newVersion(): Promise<void> {
    this.version = `7.0.${this.made++}`;
    const file = `apps/${this.app}/base/deployment.yaml`;
    const text = this.clone.read(file);
    this.clone.write(file, text.replace(/(image: \S+:)\S+/, `$1${this.version}`));
    this.clone.commit(`feat: ${this.version}`);
    await this.each("it has the version", (region) => region.has(this.version));
  }

  /** Waits until every region queries its gate for the first weight, without a pod of the version. */
  async waits(percentage: number): Promise<void> {
    await this.each("it waits for the first weight", (region) => region.waits(percentage));
  }

  /**
   * Seconds from a change of the flag until each region's gateway has received the new weight, and until requests are answered
   * accordingly.
   * @param change Resolves to the time of the change.
   */
  async until(move: Move, change: () => Promise<number>) {
    const marks = this.regions.map((region) => region.mark());
    const probes = this.regions.map((region) => region.probe(this.version, move, this.limit()));
    const [at, served] = await Promise.all([change(), Promise.all(probes)]);
    const written = this.regions.map((region, index) => region.written(move.to, marks[index] ?? 0));
    const seconds = (times: readonly number[]) => times.map((time) => (time - at) / 1000);
    return { served: seconds(served), written: seconds(written) };
  }

  /** Seconds from a weight written by hand until requests are answered accordingly, for each region. */
  untilByHand(move: Move): Promise<number[]> {
    return Promise.all(
      this.regions.map((region) => region.byHand(this.version, move, this.limit())),
    );
  }

  private limit(): AbortSignal {
    return AbortSignal.any([this.signal, AbortSignal.timeout(limitSeconds * 1000)]);
  }

  private async each(what: string, holds: (region: FlaggedRegion) => boolean): Promise<void> {
    const limit = this.limit();
    for (;;) {
      const left = this.regions.filter((region) => !holds(region));
      if (left.length === 0) return;
      this.signal.throwIfAborted();
      if (limit.aborted)
        throw new Error(
          `${left.map(({ name }) => name).join(", ")}: not within ${limitSeconds} s: ${what}`,
        );
      await sleep(pollMs);
    }
  }
}
