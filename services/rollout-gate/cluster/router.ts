import { setTimeout as sleep } from "node:timers/promises";
import { at } from "../../../infra/plan/kubeObject";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import { routerPaths } from "./paths";

/** Time between two requests, milliseconds. */
const pollMs = 100;

/**
 * Waits until the objects by which a Rollout routes requests exist. Karmada creates an app's objects in no defined order, and
 * Argo Rollouts permanently gives up a Rollout whose TraefikService is missing: the Rollout would never report that its pods are
 * ready.
 * @throws if an object is still missing after the timeout, or cannot be read.
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
