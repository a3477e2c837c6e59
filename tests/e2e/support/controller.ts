import { setTimeout as sleep } from "node:timers/promises";
import { applyObjects, kubeGet } from "../../../infra/kube/kube";
import type { Named } from "./staging";

/** What the controller of load balancers puts on each Service that it has made one for. */
const finalizer = "service.eks.amazonaws.com/resources";

/** A Service for which a controller would make a load balancer. */
const byHand = (finalizers: readonly string[]) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "by-hand", namespace: "default", finalizers },
  spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
});

/** Makes it, as if its load balancer were there. */
export async function makeLoadBalancer(kubeconfig: string): Promise<void> {
  await applyObjects(kubeconfig, [byHand([finalizer])]);
}

/**
 * Plays the controller: a load balancer takes a while to go, and its Service with it.
 * @returns when it was gone, as the log writes times.
 */
export async function removeLoadBalancer(kubeconfig: string): Promise<string> {
  for (;;) {
    const found = await kubeGet<Named>(kubeconfig, "/api/v1/namespaces/default/services/by-hand");
    if (found.metadata.deletionTimestamp !== undefined) break;
    await sleep(300);
  }
  await sleep(2000);
  await applyObjects(kubeconfig, [byHand([])]);
  return new Date().toISOString();
}
