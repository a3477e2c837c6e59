import { type Range, formatCidr, overlap, parseCidr } from "./cidr";

/**
 * The AWS regions. The second byte of a region's addresses is its position here plus 16: 10.<16 + index>.0.0/16.
 *
 * The table is fixed and independent of the configuration's order, so that adding or removing a region never changes
 * another's addresses. Only append to it. It begins at 16 because most networks already use 10.0 to 10.13, and ends below
 * 96, where Kubernetes' default service range (10.96.0.0/12) begins.
 */
const indexedRegions = [
  ["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
  ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2"],
  ["eu-north-1", "eu-south-1", "eu-south-2"],
  ["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ["ap-southeast-6", "ap-southeast-7", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ["ap-south-1", "ap-south-2", "ap-east-1", "ap-east-2"],
  ["ca-central-1", "ca-west-1", "mx-central-1", "sa-east-1"],
  ["me-central-1", "me-south-1", "il-central-1", "af-south-1"],
  ["us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"],
].flat();

const firstSlot = 16;
const lastSlot = 95;

/** Ranges of the clusters that belong to no region. A region must not use them. */
export const managementCidrs = { hub: "10.14.0.0/16", federation: "10.15.0.0/16" } as const;

/** Regions that need no `cidr` in the configuration. */
export const knownRegions: readonly string[] = indexedRegions;

/** Offset of the second byte between two blocks of ranges: the second block is 10.128 to 10.207, outside 10.96 to 10.111. */
const blockStep = 112;

/**
 * The region's own range, e.g. 10.20.0.0/16 for eu-west-1; undefined for a region that is not in the table.
 * @param block 0, or 1 for an environment whose networks must not overlap those of block 0.
 */
export function defaultCidr(region: string, block = 0): string | undefined {
  const index = indexedRegions.indexOf(region);
  return index < 0 ? undefined : `10.${firstSlot + index + blockStep * block}.0.0/16`;
}

/**
 * A range of the default size that overlaps none of `taken`, for the remedy of a diagnostic. The search starts above the table, so
 * that the range does not conflict with a known region that is added later.
 */
export function freeCidr(taken: readonly Range[]): string | undefined {
  const candidates = Array.from(
    { length: lastSlot },
    (_, i) => ((lastSlot - i) << 16) + 10 * 2 ** 24,
  );
  const base = candidates.find(
    (candidate) => !taken.some((range) => overlap(range, { base: candidate, prefix: 16 })),
  );
  return base === undefined ? undefined : formatCidr({ base, prefix: 16 });
}

/** The management cluster whose range overlaps this one, if any. */
export function touchedManagement(range: Range): keyof typeof managementCidrs | undefined {
  const clusters = ["hub", "federation"] as const;
  return clusters.find((cluster) => {
    const own = parseCidr(managementCidrs[cluster]);
    return own !== undefined && overlap(own, range);
  });
}
