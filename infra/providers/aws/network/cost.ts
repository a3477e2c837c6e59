import type { CostItem } from "../../../components/cost";
import { publicAddressCost } from "../../../components/gateway/cost";
import { monthHours, prices } from "../account/prices";
import type { ConnectionsPlan } from "./connections";
import type { RegionNetworkPlan } from "./networkTypes";

/** Cost of the regions' networks and of the connections between them, without data. */
export function networkCost(
  networks: readonly RegionNetworkPlan[],
  connections: ConnectionsPlan,
): CostItem[] {
  // Attachments of each region: its own network, and the peering with each other region.
  const attachments = connections.kind === "transit" ? networks.length : 0;
  return networks.flatMap(({ region, natGateways, endpoints }) => {
    const hourly = (what: string, quantity: number, price: number): CostItem => ({
      ...{ region, what, quantity, unitUsd: price * monthHours },
    });
    const interfaces = endpoints.flatMap((one) => (one.kind === "interface" ? one.subnets : []));
    return [
      hourly("NAT gateways", natGateways.length, prices.natGateway),
      publicAddressCost(region, natGateways.length),
      hourly("interface endpoints (by zone)", interfaces.length, prices.interfaceEndpoint),
      hourly("transit gateway attachments", attachments, prices.transitAttachment),
    ];
  });
}
