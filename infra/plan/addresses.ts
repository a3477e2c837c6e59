import { type Range, formatCidr, parseCidr, size } from "../config/cidr";
import { managementCidrs } from "../config/addressing";
import type { Network } from "./types";

/**
 * Divides a cluster's range: pods get the first half, nodes the third quarter, services the last.
 *
 * Everything comes from the one range, so that ranges which do not overlap make networks which do not, and a region's
 * addresses depend on nothing but its own entry. Pods get most, as there are up to 110 of them to a node. The services
 * stay outside the nodes' quarter because EKS refuses a service range within the VPC's.
 *
 * @throws RangeError when the text is no range; a checked configuration holds none such.
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

/** The part that begins `quarters` quarters into the range and has `bits` more bits of prefix. */
function part(range: Range, quarters: number, bits: number): string {
  return formatCidr({
    base: range.base + (quarters * size(range)) / 4,
    prefix: range.prefix + bits,
  });
}

/** How many addresses a range holds; 0 for a text that is none. */
export function addressCount(cidr: string): number {
  const range = parseCidr(cidr);
  return range === undefined ? 0 : size(range);
}

/** The networks of the clusters that belong to no region; no region may overlap them. */
export const managementNetworks = {
  hub: allocateSubnets(managementCidrs.hub),
  federation: allocateSubnets(managementCidrs.federation),
} as const satisfies Record<string, Network>;
