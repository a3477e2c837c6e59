import { setTimeout as sleep } from "node:timers/promises";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import { waitFor } from "../../infra/kube/kube";
import { readStatus } from "../../operations/status/read";
import { environment, meridian, type Platform } from "../platform";
import { type Benchmark, type Figure, repeat } from "../types";

/** Time limit of every step, in seconds. */
const limitSeconds = 180;

/** A region is lost as in a power cut, until all replicas are ready in other regions. */
export const failover: Benchmark = {
  name: "failover",
  what: "a region killed, until every replica of each app is ready in the others",

  async measure(lab) {
    const platform = await lab.platform();
    const found = await repeat(lab, async () => {
      const seconds = await measureLoss(platform, lab.signal);
      lab.say("bringing the region back (it has to settle for a minute)");
      await bringBack(platform, lab.signal);
      return seconds;
    });
    const apps = Object.keys(found[0]?.seconds ?? {});
    return apps.map((app): Figure => {
      const replicas = found[0]?.replicas[app] ?? 0;
      return {
        name: `failover ${app}`,
        unit: "s",
        values: found.map(({ seconds }) => seconds[app] ?? NaN),
        aim: { of: "value", most: 10 },
        note: `${replicas} replicas in all; from SIGKILL of all the region's processes`,
        details: { replicas },
      };
    });
  },
};

interface Loss {
  /** By app: seconds until all its replicas were ready without the region. */
  readonly seconds: Record<string, number>;
  readonly replicas: Record<string, number>;
}

/** The region to be lost: the last one, which is not the hub's. */
function victimOf({ plan }: Platform): string {
  const victim = plan.regions.at(-1);
  if (victim === undefined) throw new Error("the platform has no region");
  return victim.name;
}

async function measureLoss(platform: Platform, signal: AbortSignal): Promise<Loss> {
  const { instance, plan } = platform;
  const victim = victimOf(platform);
  const before = await readStatus(instance, plan);
  const idle = before.apps.filter(({ replicas }) => replicas.byRegion[victim]?.ready === 0);
  if (!before.ready || idle.length > 0) {
    throw new Error(`the platform is not ready, or ${victim} has nothing to lose`);
  }
  const replicas = Object.fromEntries(before.apps.map((app) => [app.name, app.replicas.desired]));
  const seconds: Record<string, number> = {};
  const start = performance.now();
  const down = loseRegion(instance, plan.regions.at(-1)?.clusterName ?? victim);
  while (Object.keys(seconds).length < before.apps.length) {
    signal.throwIfAborted();
    const elapsed = () => (performance.now() - start) / 1000;
    if (elapsed() > limitSeconds)
      throw new Error(`not every replica was ready in ${limitSeconds} s`);
    const { apps } = await readStatus(instance, plan);
    for (const { name, replicas: now } of apps) {
      const elsewhere = now.ready - (now.byRegion[victim]?.ready ?? 0);
      if (elsewhere >= (replicas[name] ?? 0)) seconds[name] ??= elapsed();
    }
    await sleep(50);
  }
  await down;
  return { seconds, replicas };
}

/** Waits until the platform is restored, including the region's share of the replicas. */
async function bringBack(platform: Platform, signal: AbortSignal): Promise<void> {
  const { home, instance, plan } = platform;
  const victim = victimOf(platform);
  await returnRegion(instance, plan.regions.at(-1)?.clusterName ?? victim);
  await waitFor(`Region ${victim} is back`, limitSeconds, async () => {
    signal.throwIfAborted();
    const { regions, federation } = await readStatus(instance, plan);
    return federation.ready && regions.every(({ ready }) => ready);
  });
  await meridian(home, ["rebalance", environment], signal);
  await waitFor("The replicas have returned", limitSeconds, async () => {
    signal.throwIfAborted();
    const { ready, apps } = await readStatus(instance, plan);
    const returned = apps.every(({ replicas }) => (replicas.byRegion[victim]?.ready ?? 0) > 0);
    const exact = apps.every(({ replicas }) => replicas.ready === replicas.desired);
    return ready && returned && exact;
  });
}
