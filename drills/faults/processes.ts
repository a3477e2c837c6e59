import { setTimeout as sleep } from "node:timers/promises";
import type { RunningProcess } from "../../infra/providers/local/processes";
import type { Platform } from "../../bench/platform";
import { partOf, platformProcesses } from "../../bench/usage";
import type { Random } from "../random";
import type { Fault } from "./types";

const supervisor = "supervisor";

/** SIGKILL of one process other than the supervisor. The supervisor restarts it. */
export const killProcess: Fault = {
  kind: "process killed",
  inject(platform, random) {
    const target = pickPart(platform, random, (part) => part !== supervisor);
    process.kill(target.pid, "SIGKILL");
    return Promise.resolve({
      what: `SIGKILL of ${target.part}`,
      recovered: () => Promise.resolve(!isRunning(platform, target.pid)),
    });
  },
};

/** SIGKILL of the supervisor: all processes continue, but unsupervised until the next `up`. */
export const killSupervisor: Fault = {
  kind: "supervisor killed",
  inject(platform, random) {
    const { pid } = pickPart(platform, random, (part) => part === supervisor);
    process.kill(pid, "SIGKILL");
    return Promise.resolve({ what: "SIGKILL of the supervisor", needsUp: true });
  },
};

/** A process hangs for some seconds: it keeps its connections and answers nothing. */
export const pauseProcess: Fault = {
  kind: "process paused",
  async inject(platform, random, signal) {
    const { pid, part } = pickPart(platform, random, () => true);
    const seconds = random.between(1, 12);
    process.kill(pid, "SIGSTOP");
    try {
      await sleep(seconds * 1000, undefined, { signal });
    } finally {
      if (isRunning(platform, pid)) process.kill(pid, "SIGCONT");
    }
    return { what: `${part} paused for ${seconds.toFixed(1)} s` };
  },
};

/** Every process is killed at once, as in a power cut. */
export const reboot: Fault = {
  kind: "everything killed",
  inject(platform) {
    const count = killAll(platform);
    return Promise.resolve({ what: `SIGKILL of all ${count} processes`, needsUp: true });
  },
};

/** SIGKILL of every process of the platform. */
export function killAll({ instance }: Platform): number {
  const all = platformProcesses(instance);
  for (const { pid } of all) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended with its parent.
    }
  }
  return all.length;
}

interface Target extends RunningProcess {
  readonly part: string;
}

/** Sorts by name before the choice, because process ids differ from run to run. */
function pickPart(
  { instance }: Platform,
  random: Random,
  suits: (part: string) => boolean,
): Target {
  const targets = platformProcesses(instance).flatMap((found): Target[] => {
    const part = partOf(instance, found);
    return part === undefined || !suits(part) ? [] : [{ ...found, part }];
  });
  return random.pick(targets.sort((one, other) => (one.part < other.part ? -1 : 1)));
}

function isRunning({ instance }: Platform, pid: number): boolean {
  return platformProcesses(instance).some((found) => found.pid === pid);
}
