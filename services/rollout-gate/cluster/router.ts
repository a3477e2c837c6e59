import { setTimeout as sleep } from "node:timers/promises";
import { at } from "../../../infra/plan/kubeObject";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { ApiConnection } from "../../../infra/kube/apiConnection";
import { ask, Refused, type Question } from "./api";
import { routerPaths } from "./paths";

/** Time between two looks, milliseconds. */
const lookMs = 100;

/**
 * Waits until what a Rollout routes requests by is there. Karmada brings an app's objects in no order, and Argo Rollouts gives a
 * Rollout up for good whose TraefikService it does not find: it would never say that its pods are ready.
 * @throws when something is still missing after the time, or cannot be asked for.
 */
export async function untilRouted(
  api: ApiConnection,
  namespace: string,
  rollout: RolloutObject,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (const path of routerPaths(namespace, namesOf(rollout))) {
    const question: Question = { method: "GET", path };
    for (;;) {
      const { code, body } = await ask(api, question);
      if (code < 300) break;
      if (code !== 404 || performance.now() > deadline) throw new Refused(question, code, body);
      await sleep(lookMs);
    }
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
