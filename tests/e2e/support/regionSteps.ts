import * as assert from "node:assert/strict";
import type { Steps } from "./account";

/**
 * What of the other regions, and of what all share, a region's coming or going may change: DNS, the copying of images,
 * Karmada's lists of regions and of their DNS, Argo CD's, and our own provider, which is told the configuration.
 */
const told = [
  /^(create|update|delete) aws:route53\/record:Record /,
  /^update aws:ecr\/replicationConfiguration:ReplicationConfiguration /,
  /^update kubernetes:core\/v1:Secret federation-cluster$/,
  /^update kubernetes:policy\.karmada\.io\/v1alpha1:ClusterOverridePolicy meridian-(dns|region)$/,
  /^update pulumi:providers:meridian default$/,
];

/** Every step that is about a region is the one expected, and the others are of those who are told. */
export function assertUntouched(
  ended: readonly string[],
  region: string,
  op: "create" | "delete",
): void {
  const strange = ended.filter((step) =>
    step.includes(region) ? !step.startsWith(`${op} `) : !told.some((one) => one.test(step)),
  );
  assert.deepEqual(strange, []);
}

/** They were carried out, and one after the other. */
export function assertInOrder(steps: Steps, expected: readonly string[]): void {
  const positions = expected.map((step) => steps.at(step));
  assert.deepEqual(
    positions,
    [...positions].sort((one, two) => one - two),
    expected.join(" / "),
  );
}
