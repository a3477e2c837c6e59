import { setTimeout as sleep } from "node:timers/promises";
import { at } from "../../../infra/plan/kubeObject";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import { routerPaths } from "./paths";

/** Time between two requests, milliseconds. */
const pollMs = 100;

/**
 * Waits until what a Rollout routes requests by is there. Karmada brings an app's objects in no order, and Argo Rollouts gives a
 * Rollout up for good whose TraefikService it does not find: it would never say that its pods are ready.
 * @throws when something is still missing after the time, or cannot be asked for.
 */
export async function untilRouted(
  api: KubeClient,
  namespace: string,
  rollout: RolloutObject,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (const path of routerPaths(namespace, namesOf(rollout))) {
    // After the deadline 404 is an error.
    const read = () => (performance.now() > deadline ? api.get(path) : api.find(path));
    while ((await read()) === undefined) await sleep(pollMs);
  }
}

function namesOf(rollout: RolloutObject): { traefikService?: string; services: string[] } {
  const canary = "spec.strategy.canary";
  const named = (field: string) => {
    const name = at(rollout, `${canary}.${field}`);
    return typeof name === "string" ? name : undefined;
  };
  const traefikService = named("trafficRouting.traefik.weightedTraefikServiceName");
  const services = [named("stableService"), named("canaryService")];
  return {
    ...(traefikService !== undefined && { traefikService }),
    services: services.filter((name) => name !== undefined),
  };
}
