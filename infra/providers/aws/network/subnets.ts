import { type Range, formatCidr, parseCidr, size } from "../../../config/cidr";
import type { Network } from "../../../plan/types";

/**
 * What a subnet is for. public: load balancers that the world reaches, and NAT gateways. private: nodes, endpoints and
 * inner load balancers. isolated: databases and caches. pods: pods.
 */
export type Tier = "public" | "private" | "isolated" | "pods";

/** In the order in which subnets are listed. */
export const tiers = ["public", "private", "isolated", "pods"] as const satisfies readonly Tier[];

/** One subnet. Tier and zone identify it. */
export interface CarvedSubnet {
  readonly tier: Tier;
  /** Suffix letter, e.g. "a". */
  readonly zone: string;
  readonly cidr: string;
}

/** Zones that a network has room for. Three are used; the fourth part is kept for one that is added or swapped. */
export const zoneSlots = 4;

/**
 * The tiers' parts of the VPC's range, in eighths.
 *
 * The private tier gets half, as every node, endpoint and inner load balancer has addresses there. An eighth leaves the
 * least VPC there is, a /22, public subnets of /27: the least that a load balancer takes. The last quarter is kept free for
 * a tier that is yet to come.
 */
const shares = {
  private: { eighth: 0, bits: 1 },
  public: { eighth: 4, bits: 3 },
  isolated: { eighth: 5, bits: 3 },
} as const satisfies Record<Exclude<Tier, "pods">, { eighth: number; bits: number }>;

/** Bits of a zone's part within its tier: a quarter. */
const zoneBits = Math.log2(zoneSlots);

/** The largest range that a VPC takes as one. */
const largestBlock = 16;

/**
 * Divides a region's VPC range and pods range over its zones.
 *
 * @param zones suffix letters, in the configuration's order.
 * @returns tier by tier, within it in the order of the zones.
 * @throws RangeError for more than four zones, or a text that is no range.
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
 * Which part of a tier each zone has. The zones a to d have the first to the fourth for good. Another letter, of the few
 * regions that have such, gets the last free one in the order of the list, so that a zone at its end moves no other.
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
 * The pods' range as ranges that a VPC takes: a /16 at most each. One, but for a region of a /14, whose pods have a /15.
 * Each holds whole subnets.
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

/** The range's `index`th part of those that have `bits` more bits of prefix. */
function part(range: Range, index: number, bits: number): Range {
  const prefix = range.prefix + bits;
  return { base: range.base + index * size({ base: 0, prefix }), prefix };
}

function rangeOf(cidr: string): Range {
  const range = parseCidr(cidr);
  if (range === undefined) throw new RangeError(`not a range of addresses: ${cidr}`);
  return range;
}
