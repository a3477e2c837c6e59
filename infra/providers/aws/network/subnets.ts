import { type Range, formatCidr, parseCidr, size } from "../../../config/cidr";
import type { Network } from "../../../plan/types";

/**
 * Purpose of a subnet. public: internet-facing load balancers and NAT gateways. private: nodes, endpoints and internal load
 * balancers. isolated: databases and caches. pods: pods.
 */
export type Tier = "public" | "private" | "isolated" | "pods";

/** In the order of the subnet list. */
export const tiers = ["public", "private", "isolated", "pods"] as const satisfies readonly Tier[];

/** One subnet. Tier and zone identify it. */
export interface CarvedSubnet {
  readonly tier: Tier;
  /** Suffix letter, e.g. "a". */
  readonly zone: string;
  readonly cidr: string;
}

/** Zones that fit into a network. Three are used; the fourth is reserved for a zone that is added or replaced. */
export const zoneSlots = 4;

/**
 * The tiers' parts of the VPC's range, in eighths.
 *
 * The private tier gets half, because every node, endpoint and internal load balancer has addresses there. With an eighth, the
 * smallest possible VPC, a /22, has public subnets of /27: the minimum for a load balancer. The last quarter is reserved for a
 * future tier.
 */
const shares = {
  private: { eighth: 0, bits: 1 },
  public: { eighth: 4, bits: 3 },
  isolated: { eighth: 5, bits: 3 },
} as const satisfies Record<Exclude<Tier, "pods">, { eighth: number; bits: number }>;

/** Additional prefix bits of a zone within its tier: a quarter. */
const zoneBits = Math.log2(zoneSlots);

/** Prefix of the largest single range that a VPC accepts. */
const largestBlock = 16;

/**
 * Splits a region's VPC range and pod range over its zones.
 *
 * @param zones suffix letters, in configuration order.
 * @returns by tier, then in zone order.
 * @throws RangeError for more than four zones, or a text that is not a range.
 */
export function carveSubnets(
  network: Pick<Network, "vpc" | "pods">,
  zones: readonly string[],
): readonly CarvedSubnet[] {
  const slots = zoneSlotsOf(zones);
  return tiers.flatMap((tier) => {
    const range = tierRange(network, tier);
    return zones.map((zone) => ({
      tier,
      zone,
      cidr: formatCidr(part(range, slots.get(zone) ?? 0, zoneBits)),
    }));
  });
}

/**
 * The slot of each zone within a tier. The zones a to d always have the first to the fourth. Another letter, which few regions
 * have, gets the last free slot in list order, so that a zone at the end of the list moves no other.
 */
export function zoneSlotsOf(zones: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const zone of zones) {
    const own = zone.charCodeAt(0) - "a".charCodeAt(0);
    const fromLast = Array.from({ length: zoneSlots }, (_, index) => zoneSlots - 1 - index);
    const wanted = own < zoneSlots ? [own, ...fromLast] : fromLast;
    const slot = wanted.find((each) => ![...taken.values()].includes(each));
    if (slot === undefined)
      throw new RangeError(
        `a network has room for ${zoneSlots} zones, not for ${zones.join(", ")}`,
      );
    taken.set(zone, slot);
  }
  return taken;
}

/**
 * Splits the pod range into ranges that a VPC accepts: a /16 at most each. There is one, except for a region with a /14, whose pods
 * have a /15. Each contains complete subnets.
 */
export function podBlocks(pods: string): readonly string[] {
  const range = rangeOf(pods);
  const bits = Math.max(0, largestBlock - range.prefix);
  return Array.from({ length: 2 ** bits }, (_, index) => formatCidr(part(range, index, bits)));
}

function tierRange({ vpc, pods }: Pick<Network, "vpc" | "pods">, tier: Tier): Range {
  if (tier === "pods") return rangeOf(pods);
  const { eighth, bits } = shares[tier];
  return part(rangeOf(vpc), eighth / 2 ** (3 - bits), bits);
}

/** The `index`th subrange whose prefix is `bits` longer. */
function part(range: Range, index: number, bits: number): Range {
  const prefix = range.prefix + bits;
  return { base: range.base + index * size({ base: 0, prefix }), prefix };
}

function rangeOf(cidr: string): Range {
  const range = parseCidr(cidr);
  if (range === undefined) throw new RangeError(`not a range of addresses: ${cidr}`);
  return range;
}
