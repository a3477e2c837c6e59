import { setTimeout as sleep } from "node:timers/promises";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import { waitFor } from "../../infra/kube/kube";
import { environment, meridian } from "../../bench/platform";
import { readStatus } from "../../operations/status/read";
import type { Fault } from "./types";

/** Seconds in which everything has to be ready in the regions that are left. */
const failoverSeconds = 60;

/** A whole region is lost, its work is taken over, and it returns; half of the time it is rebalanced then. */
export const regionLost: Fault = {
  kind: "region lost",
  async inject(platform, random, signal) {
    const { home, instance, plan } = platform;
    const { name, clusterName } = random.pick(plan.regions);
    const seconds = random.between(0, 15);
    const rebalanced = random.next() < 0.5;
    const { apps: before } = await readStatus(instance, plan);
    await loseRegion(instance, clusterName);
    try {
      await waitFor(`Every replica is ready without ${name}`, failoverSeconds, async () => {
        signal.throwIfAborted();
        const { apps } = await readStatus(instance, plan);
        return before.every(({ name: app, replicas }) => {
          const now = apps.find((one) => one.name === app)?.replicas;
          return (now?.ready ?? 0) - (now?.byRegion[name]?.ready ?? 0) >= replicas.desired;
        });
      });
      await sleep(seconds * 1000, undefined, { signal });
    } finally {
      await returnRegion(instance, clusterName);
    }
    return {
      what: `${name} lost, back ${seconds.toFixed(0)} s after it was replaced${rebalanced ? ", then rebalanced" : ""}`,
      ...(rebalanced
        ? { afterwards: () => meridian(home, ["rebalance", environment], signal) }
        : {}),
    };
  },
};
