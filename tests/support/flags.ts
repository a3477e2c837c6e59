import type { ReceivedFlag } from "../../infra/components/rollouts/flags";

/** A boolean flag that lets a percentage through by its default rule, with what a test sets otherwise. */
export function percentageFlag(
  key: string,
  percentage: number,
  other: Partial<ReceivedFlag> & Readonly<Record<string, unknown>> = {},
): ReceivedFlag {
  return {
    key,
    version: 1,
    on: true,
    variations: [true, false],
    ...{ offVariation: 1, salt: `salt of ${key}`, prerequisites: [], targets: [], rules: [] },
    fallthrough: { rollout: shares(percentage) },
    ...other,
  };
}

/** A rollout of `true`, which is variation 0, to a percentage of contexts. */
export function shares(percentage: number) {
  const weight = Math.round(percentage * 1000);
  return {
    variations: [
      { variation: 0, weight },
      { variation: 1, weight: 100_000 - weight },
    ],
  };
}

/** A clause that is met by a region of this name. */
export function inRegion(...values: string[]) {
  return { contextKind: "region", attribute: "key", op: "in", values, negate: false };
}

/** A file in LaunchDarkly's format. */
export function flagFile(flags: readonly object[], segments: readonly object[] = []): string {
  const byKey = (items: readonly object[]) =>
    Object.fromEntries(items.map((item) => [(item as { key: string }).key, item]));
  return JSON.stringify({ flags: byKey(flags), segments: byKey(segments) });
}

/** The region of tests. */
export const testRegion = {
  name: "eu-west-1",
  location: "Ireland",
  role: "hub",
  attributes: { tier: "first" },
} as const;
