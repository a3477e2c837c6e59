import { createHash, createHmac } from "node:crypto";

/**
 * Key of a region's tokens. It is as secret as its account's token and has the same lifetime.
 * @param token The token of the gate's account in the region.
 */
export function gateKey(token: string): string {
  return createHash("sha256").update(`rollout-gate:${token}`).digest("hex");
}

/**
 * Token with which the rollouts of a namespace authenticate at the gate. Each namespace has its own: a leaked one is invalid in
 * other namespaces.
 * @param key The region's key: a string or its bytes.
 */
export function tokenOf(key: string | Buffer, namespace: string): string {
  return createHmac("sha256", key).update(namespace).digest("hex");
}
