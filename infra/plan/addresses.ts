import { type Range, formatCidr, parseCidr, size } from "../config/cidr";
import { managementCidrs } from "../config/addressing";
import type { Network } from "./types";

/**
 * Splits a cluster's CIDR range: pods get the first half, nodes the third quarter, services the last quarter.
 *
 * All subnets derive from this one range. Ranges that do not overlap therefore give networks that do not overlap, and a region's
 * addresses depend only on its own entry. Pods get the largest part because a node runs up to 110 of them. The services stay
 * outside the nodes' quarter because EKS rejects a service range inside the VPC's.
 *
 * @throws RangeError when the text is not a CIDR range; a validated configuration contains no such text.
 */
export function allocateSubnets(cidr: string): Network {
  const range = parseCidr(cidr);
  if (range === undefined) throw new RangeError(`not a range of addresses: ${cidr}`);
  return {
    pods: part(range, 0, 1),
    vpc: part(range, 2, 2),
    services: part(range, 3, 2),
  };
}

/** The subrange that begins `quarters` quarters into the range and whose prefix is `bits` longer. */
function part(range: Range, quarters: number, bits: number): string {
  return formatCidr({
    base: range.base + (quarters * size(range)) / 4,
    prefix: range.prefix + bits,
  });
}

/**
 * The address of a cluster's DNS: the tenth of its services' range, as on every EKS cluster.
 * @throws RangeError when the text is not a CIDR range.
 */
export function clusterDnsAddress({ services }: Pick<Network, "services">): string {
  const range = parseCidr(services);
  if (range === undefined) throw new RangeError(`not a range of addresses: ${services}`);
  const [address = ""] = formatCidr({ base: range.base + 10, prefix: 32 }).split("/");
  return address;
}

/** Number of addresses in a range; 0 if the text is not a range. */
export function addressCount(cidr: string): number {
  const range = parseCidr(cidr);
  return range === undefined ? 0 : size(range);
}

/** The networks of the clusters that belong to no region. A region must not overlap them. */
export const managementNetworks = {
  hub: allocateSubnets(managementCidrs.hub),
  federation: allocateSubnets(managementCidrs.federation),
} as const satisfies Record<string, Network>;
