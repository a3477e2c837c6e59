import {
  AttributeReference,
  type LDMultiKindContext,
  type LDSingleKindContext,
} from "launchdarkly-node-server-sdk";
import { regionKind, type Rollout } from "../../../infra/components/rollouts/flags";
import type { GateConfig } from "../config";

/** The region as a LaunchDarkly context. */
export function regionContext(region: GateConfig["region"]): LDSingleKindContext {
  const { name, location, role, attributes } = region;
  return { ...attributes, kind: regionKind, key: name, location, role };
}

/**
 * One of many sample contexts in a region, which differ in the attribute by which a rollout buckets contexts.
 * @param rollout Undefined: users, by their keys.
 */
export function sampleContext(
  region: LDSingleKindContext,
  rollout: Rollout | undefined,
  index: number,
): LDMultiKindContext {
  const { contextKind, bucketBy, kind } = rollout ?? {};
  const key = `meridian-sample-${index}`;
  const { kind: own, ...facts } = region;
  const subject: Record<string, unknown> = { key };
  if (typeof bucketBy === "string" && kind !== "experiment")
    setAttribute(subject, new AttributeReference(bucketBy, contextKind === undefined), key);
  // An app in the region evaluates flags with both kinds.
  return { kind: "multi", [own]: facts, [contextKind ?? "user"]: { ...subject, key } };
}

function setAttribute(
  subject: Record<string, unknown>,
  reference: AttributeReference,
  value: string,
): void {
  if (!reference.isValid) return;
  let place = subject;
  for (let depth = 0; depth < reference.depth - 1; depth++) {
    const inner: Record<string, unknown> = {};
    place[reference.getComponent(depth)] = inner;
    place = inner;
  }
  place[reference.getComponent(reference.depth - 1)] = value;
}
