import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type KubeClient, KubeError } from "../../../kube/client";
import { waitFor } from "../../../kube/waitFor";
import type { WorkloadReference } from "../failback";
import type { RebalancerObject } from "../failbackState";
import { karmadaPaths } from "../karmadaApi";

/** Timeout for Karmada to start a rebalance, in seconds. */
const divideSeconds = 60;

/** Timeout for the API server to accept the request, in seconds: one that has just started rejects some writes for a short time. */
const acceptSeconds = 5;

/** Seconds after which Karmada deletes a finished WorkloadRebalancer. */
const rebalancerSeconds = 60;

/**
 * Makes Karmada divide all replicas of workloads again, over all regions that are available, and waits until it has begun.
 *
 * @param name of the request, in the name of its WorkloadRebalancer.
 * @param lastScheduled when Karmada last scheduled each of them; undefined: never.
 * @throws if Karmada does not begin within a minute.
 */
export async function requestRebalance(
  client: KubeClient,
  name: string,
  workloads: readonly WorkloadReference[],
  lastScheduled: readonly (string | undefined)[],
): Promise<void> {
  if (workloads.length === 0) return;
  await afterSecondOf(lastScheduled);
  const object = {
    apiVersion: "apps.karmada.io/v1alpha1",
    kind: "WorkloadRebalancer",
    metadata: { name: `${name}-${Date.now().toString(36)}` },
    spec: {
      workloads: workloads.map(({ apiVersion, kind, namespace, name: workload }) => ({
        ...{ apiVersion, kind, name: workload },
        ...(namespace !== undefined && { namespace }),
      })),
      ttlSecondsAfterFinished: rebalancerSeconds,
    },
  };
  await create(client, object);
  // Until then the previous placement is still in effect and could be mistaken for the new one.
  const path = `${karmadaPaths.rebalancers}/${object.metadata.name}`;
  await waitFor(`Replicas are divided (${name})`, divideSeconds, async () => {
    const { status } = await client.get<RebalancerObject>(path);
    return status?.finishTime !== undefined;
  });
}

/** Creates an object with a name of its own: if it exists already, an earlier attempt has created it. */
async function create(client: KubeClient, object: object): Promise<void> {
  const deadline = Date.now() + acceptSeconds * 1000;
  for (;;) {
    try {
      await client.post(karmadaPaths.rebalancers, object);
      return;
    } catch (error) {
      if (hasCode(error, 409)) return;
      const { code } = error instanceof KubeError ? error : { code: 503 };
      const passes = code >= 500 || code === 429 || code === 404;
      if (!passes || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/**
 * Karmada compares whole seconds and skips an object that it scheduled in the second of the request: waits until that second is
 * over.
 */
async function afterSecondOf(scheduled: readonly (string | undefined)[]): Promise<void> {
  const times = scheduled.map((time) => Date.parse(time ?? ""));
  const latest = Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
  const left = latest + 1000 - Date.now();
  // Does not wait longer for a clock that is far ahead.
  if (left > 0) await sleep(Math.min(left, 1000));
}
