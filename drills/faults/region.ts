import { setTimeout as sleep } from "node:timers/promises";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import { waitFor } from "../../infra/kube/kube";
import { environment, meridian } from "../../bench/platform";
import { readStatus } from "../../operations/status/read";
import type { Fault } from "./types";

/** Time limit in seconds until everything is ready in the remaining regions. */
const failoverSeconds = 60;

/** A whole region is lost, other regions take over its work, and it returns. Half of the rounds then rebalance. */
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
        ? { afterwards: () => meridian(home, ["rebalance", environment], signal).then(() => {}) }
        : {}),
    };
  },
};
