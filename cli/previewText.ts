import { reservedRegionNames } from "../infra/config/reserved";
import type { PlatformPlan } from "../infra/plan/types";
import { pluralize } from "../operations/format";
import { type Change, changedCount, changeText } from "./changeSummary";

/** One line for the end of a preview, from the engine's counts. Pure. */
export function previewSummary(counts: Readonly<Record<string, number>>): string {
  const changed = changedCount(counts);
  const all = changed + (counts["same"] ?? 0);
  return changed === 0
    ? `nothing to change, ${pluralize(all, "resource")} as planned`
    : `${changed} of ${pluralize(all, "resource")} to change`;
}

/**
 * What a preview means for the platform: regions that come and go, then the resources by kind of change. Pure.
 * @param created Clusters that exist now.
 */
export function previewLines(
  changes: readonly Change[],
  created: readonly string[],
  { environment, regions }: PlatformPlan,
): string[] {
  if (changes.length === 0) return [];
  const own: readonly string[] = reservedRegionNames;
  const existing = created.filter((name) => !own.includes(name));
  const added = regions.filter(({ clusterName }) => !existing.includes(clusterName));
  const removed = existing.filter(
    (name) => !regions.some(({ clusterName }) => clusterName === name),
  );
  return [
    ...added.map(({ name, nodes, zones }) => {
      const size = `${pluralize(nodes.length, "node")} in ${pluralize(zones.length, "zone")}`;
      return `+ region ${name}: ${size}`;
    }),
    ...removed.map((name) => `- region ${name}: its replicas move to the others first`),
    ...restartLines(changes),
    ...(existing.length > 0 && added.length + removed.length > 0
      ? ["  The replicas of every app are divided again, over all regions."]
      : []),
    changeText(changes, ["created", "changed", "replaced", "deleted"]),
    "",
    `\`npx meridian up ${environment.name}\` does it; \`--verbose\` shows the engine's own lines.`,
  ];
}

/** The local platform's clusters; an update stops one and starts it again over its data. */
const clusterType = "meridian:local:Cluster";

function restartLines(changes: readonly Change[]): string[] {
  const own: readonly string[] = reservedRegionNames;
  const names = changes
    .filter(({ type, how }) => type === clusterType && how === "changed")
    .map(({ name }) => name);
  const regions = names.filter((name) => !own.includes(name));
  return [
    ...names
      .filter((name) => own.includes(name))
      .map((name) => `~ ${name}: its API server restarts over its data`),
    ...regions.map((name) => `~ region ${name}: its API server restarts over its data`),
    ...(regions.length > 0
      ? [
          "  Replicas may move to other regions meanwhile; `npx meridian rebalance` divides them again.",
        ]
      : []),
  ];
}
