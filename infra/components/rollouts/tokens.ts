import { createHash, createHmac } from "node:crypto";

/**
 * What a region's tokens are made of: as secret and as lasting as its account's own token.
 * @param token The token of the gate's account in the region.
 */
export function gateKey(token: string): string {
  return createHash("sha256").update(`rollout-gate:${token}`).digest("hex");
}

/**
 * What the rollouts of a namespace show the gate. Each has its own: what one leaks is of no use to another.
 * @param key The region's key: as a text, or as the bytes of that text.
 */
export function tokenOf(key: string | Buffer, namespace: string): string {
  return createHmac("sha256", key).update(namespace).digest("hex");
}
