import { execFile } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { appSettled } from "../../operations/status/compose";
import type { Status } from "../../operations/status/model";
import { readStatus } from "../../operations/status/read";
import { requestCounts, requestsBetween, requestsText } from "../apiRequests";
import { type PlatformClone, ScratchClone } from "../clone";
import { type CpuByPart, platformCpu, sum } from "../cpuByPart";
import type { KubeClient } from "../../infra/kube/client";
import { changeApps, copyApps } from "../manyApps";
import { environment, clientFor, meridian } from "../platform";
import { type Benchmark, type Figure, type Lab, secondsOf } from "../types";
import { memoryOf, platformProcesses } from "../usage";

/** Number of apps in this repository. */
const own = 3;

/** Time limit of one step, in seconds: far above every aim, so that a slow platform also yields a figure. */
const limitSeconds = 600;

/** Interval between two reads of a busy platform, in milliseconds: the error of a figure. */
const pollMs = 1000;

/** Idle time before a platform counts as at rest, and duration of the measurement, in seconds. */
const restSeconds = 60;

/** The number of apps in this repository, and that of a team. */
export const apps = appsBenchmark("apps", [3, 23]);

/** The number of apps that the platform is designed for. It takes half an hour. */
export const hundredApps: Benchmark = { ...appsBenchmark("apps-100", [100]), onlyWhenNamed: true };

function appsBenchmark(name: string, counts: readonly number[]): Benchmark {
  return {
    name,
    what: `${counts.join(" and ")} apps: first delivery, a commit to all copies, rest, status; once`,
    async measure(lab) {
      const clone = await ScratchClone.create(lab);
      const crowd = new Crowd(clone, lab);
      const figures: Figure[] = [];
      try {
        for (const count of counts) await crowd.measure(count, figures);
        return figures;
      } catch (error) {
        lab.signal.throwIfAborted();
        // Report the figures so far: they took a quarter of an hour.
        const text = figures.map(
          ({ name: of, values, unit }) => `${of} ${values.join(" ")} ${unit}`,
        );
        throw new Error(`${(error as Error).message}; measured before: ${text.join(", ")}`, {
          cause: error,
        });
      } finally {
        crowd.close();
      }
    },
  };
}

/** A platform with a growing number of apps. */
class Crowd {
  private readonly servers: readonly KubeClient[];
  private names: string[] = [];

  constructor(
    private readonly clone: PlatformClone,
    private readonly lab: Lab,
  ) {
    const { platform } = clone;
    const { hub, federation, regions } = platform.plan;
    this.servers = [hub, federation, ...regions].map(({ clusterName }) =>
      clientFor(platform, clusterName),
    );
  }

  close(): void {
    this.servers.forEach((server) => server.close());
  }

  async measure(count: number, figures: Figure[]): Promise<void> {
    const say = (what: string) => this.lab.say(`${count} apps: ${what}`);
    if (count > own) {
      say("first delivery");
      figures.push(await this.firstDelivery(count));
      say("a commit to all copies");
      figures.push(...(await this.commitToAll(count)));
    }
    say(`at rest, ${2 * restSeconds} s`);
    figures.push(...(await this.rest(count)));
    figures.push(await this.statusQuiet(count));
    figures.push(await this.check(count));
  }

  private async firstDelivery(count: number): Promise<Figure> {
    let commit = "";
    const took = await this.busy(async () => {
      const made = await copyApps(this.clone, count - own);
      this.names = [...this.names, ...made.names];
      commit = made.commit;
      await this.until((status) => this.delivered(status, commit));
    });
    return {
      name: `${count} apps: first delivery`,
      unit: "s",
      values: [took.seconds],
      ...aimAt(count, 60),
      note: took.note,
      details: took.details,
    };
  }

  private async commitToAll(count: number): Promise<Figure[]> {
    const commit = changeApps(this.clone, this.names, `At ${Date.now()}`);
    let status = 0;
    // Like a waiting user: one `status` during the roll-out.
    const ask = async () => {
      await this.pause(5);
      status = await this.status();
    };
    const took = await this.busy(async () => {
      await Promise.all([this.until((now) => this.delivered(now, commit)), ask()]);
    });
    return [
      {
        name: `${count} apps: a commit to ${this.names.length}`,
        unit: "s",
        values: [took.seconds],
        ...aimAt(count, 20),
        note: took.note,
        details: took.details,
      },
      {
        name: `${count} apps: processor for that commit`,
        unit: "s",
        values: [took.details["cpuSeconds"] ?? 0],
        ...aimAt(count, 60),
      },
      {
        name: `${count} apps: status while they roll out`,
        unit: "s",
        values: [status],
        ...aimAt(count, 3),
      },
    ];
  }

  private async rest(count: number): Promise<Figure[]> {
    const { instance } = this.clone.platform;
    await this.pause(restSeconds);
    const before = [platformCpu(instance), await this.counts()] as const;
    await this.pause(restSeconds);
    const used = difference(before[0], platformCpu(instance));
    const requests = requestsBetween(before[1], await this.counts());
    const memory = platformProcesses(instance).map(({ pid }) => memoryOf(pid).pss);
    return [
      {
        name: `${count} apps: processor of a minute at rest`,
        unit: "s",
        values: [(sum(Object.values(used)) * 60) / restSeconds],
        aim: { of: "value", most: 15 },
        note: `${partsText(used)}; requests ${requestsText(requests, restSeconds)}`,
      },
      { name: `${count} apps: memory`, unit: "MB", values: [sum(memory)] },
    ];
  }

  private async statusQuiet(count: number): Promise<Figure> {
    const values = [await this.status(), await this.status(), await this.status()];
    return {
      name: `${count} apps: status`,
      unit: "s",
      values,
      ...aimAt(count, 1),
    };
  }

  private async check(count: number): Promise<Figure> {
    const program = path.join(this.clone.dir, "cli/bin/meridian.js");
    const run = promisify(execFile);
    const values = [
      await secondsOf(() => run(process.execPath, [program, "check"], { cwd: this.clone.dir })),
    ];
    return { name: `${count} apps: check:apps`, unit: "s", values };
  }

  /** Runs an action and measures its seconds, its processor seconds, and the requests to the API servers meanwhile. */
  private async busy(action: () => Promise<void>) {
    const { instance } = this.clone.platform;
    const cpu = platformCpu(instance);
    const counts = await this.counts();
    const seconds = await secondsOf(action);
    const used = difference(cpu, platformCpu(instance));
    const requests = requestsBetween(counts, await this.counts());
    return {
      seconds,
      note: `${partsText(used)}; requests ${requestsText(requests, seconds)}`,
      details: {
        cpuSeconds: sum(Object.values(used)),
        ...Object.fromEntries(requests.slice(0, 30)),
      },
    };
  }

  private counts() {
    return Promise.all(
      this.servers.map(async (server) => requestCounts(await server.get<string>("/metrics"))),
    );
  }

  private delivered({ apps: all }: Status, commit: string): boolean {
    return this.names.every((name) => {
      const app = all.find((one) => one.name === name);
      return app !== undefined && app.revision === commit && appSettled(app);
    });
  }

  private async until(holds: (status: Status) => boolean): Promise<void> {
    const { instance, plan } = this.clone.platform;
    const deadline = performance.now() + limitSeconds * 1000;
    while (!holds(await readStatus(instance, plan))) {
      if (performance.now() > deadline) throw new Error(`not within ${limitSeconds} s`);
      await this.pause(pollMs / 1000);
    }
  }

  private status(): Promise<number> {
    const { home } = this.clone.platform;
    const args = ["status", environment, "--json"];
    return secondsOf(() => meridian(home, args, this.lab.signal).catch(notReady));
  }

  private async pause(seconds: number): Promise<void> {
    await sleep(seconds * 1000, undefined, { signal: this.lab.signal });
  }
}

/** Aims are defined for 23 apps. */
function aimAt(count: number, most: number): Pick<Figure, "aim"> {
  return count === 23 ? { aim: { of: "value", most } } : {};
}

/** `status` exits with 1 while a platform is not ready, after the same time. */
function notReady(error: Error): void {
  if (!error.message.includes("ended with 1")) throw error;
}

function difference(before: CpuByPart, after: CpuByPart): CpuByPart {
  return Object.fromEntries(
    Object.entries(after).map(([part, seconds]) => [part, seconds - (before[part] ?? 0)]),
  );
}

function partsText(used: CpuByPart): string {
  const parts = Object.entries(used).sort(([, one], [, other]) => other - one);
  const shown = parts.filter(([, seconds]) => seconds >= 0.5);
  const total = sum(Object.values(used)).toFixed(0);
  return `${total} s of processor: ${shown.map(([part, seconds]) => `${part} ${seconds.toFixed(0)}`).join(", ")}`;
}
