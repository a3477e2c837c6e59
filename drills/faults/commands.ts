import { setTimeout as sleep } from "node:timers/promises";
import { environment, type Platform, startMeridian } from "../../bench/platform";
import { descendantsOf, platformProcesses } from "../../bench/usage";
import type { Random } from "../random";
import { killAll } from "./processes";
import type { Fault } from "./types";

/** SIGKILL of `up` at a random moment, on a platform that is up. */
export const killUp: Fault = {
  kind: "up killed",
  async inject(platform, random, signal) {
    return { what: await startAndKill(platform, random, 8, signal), needsUp: true };
  },
};

/** SIGKILL of `up` at a random moment while it restarts everything. */
export const killUpAfterReboot: Fault = {
  kind: "up killed after everything was",
  async inject(platform, random, signal) {
    const count = killAll(platform);
    const killed = await startAndKill(platform, random, 15, signal);
    return { what: `SIGKILL of all ${count} processes; then ${killed}`, needsUp: true };
  },
};

/** Kills only the command, as `kill -9` does, or also its child processes, as a closed session does. */
async function startAndKill(
  { home, instance }: Platform,
  random: Random,
  mostSeconds: number,
  signal: AbortSignal,
): Promise<string> {
  const seconds = random.between(0, mostSeconds);
  const alone = random.next() < 0.5;
  const command = startMeridian(home, ["up", environment], signal);
  await Promise.race([command.ended, sleep(seconds * 1000, undefined, { signal })]);
  const lasting = new Set(platformProcesses(instance).map(({ pid }) => pid));
  const family = descendantsOf(command.pid).filter((pid) => !lasting.has(pid));
  for (const pid of alone ? [command.pid] : family) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It had already ended.
    }
  }
  await command.ended;
  return `SIGKILL of up ${alone ? "alone" : "and all that it started"} after ${seconds.toFixed(1)} s`;
}
