import type { AwsEnvironment } from "../../../config/types";
import type { RegionPlan } from "../../../plan/types";
import type { RegionNetworkPlan } from "./networkTypes";

/** Connections between the regions' networks. The lists are empty for a single region. */
export type ConnectionsPlan = PeeringConnectionsPlan | TransitConnectionsPlan;

/** Every pair of networks is peered. */
export interface PeeringConnectionsPlan {
  readonly kind: "peering";
  readonly peerings: readonly PeeringPlan[];
  readonly routes: readonly ConnectionRoutePlan[];
}

/** Each network is attached to its region's transit gateway, and every pair of gateways is peered. */
export interface TransitConnectionsPlan {
  readonly kind: "transit";
  readonly gateways: readonly TransitGatewayPlan[];
  readonly peerings: readonly PeeringPlan[];
  readonly routes: readonly ConnectionRoutePlan[];
  readonly transitRoutes: readonly TransitRoutePlan[];
}

/** A pair of regions. Their names determine the requester, so that no other region changes it. */
export interface PeeringPlan {
  /** Logical name, e.g. "eu-west-1-us-east-1". */
  readonly name: string;
  readonly requester: string;
  readonly accepter: string;
}

/** A route of a subnet's route table to another region. Its name does not depend on its target. */
export interface ConnectionRoutePlan {
  readonly name: string;
  readonly region: string;
  /** By its name in the region's network plan. */
  readonly routeTable: string;
  readonly destination: string;
  /** Name of the pair. */
  readonly peering: string;
}

export interface TransitGatewayPlan {
  /** Logical name, e.g. "eu-west-1-transit". */
  readonly name: string;
  readonly region: string;
}

/** A route of a region's transit gateway to another's. */
export interface TransitRoutePlan {
  readonly name: string;
  readonly region: string;
  readonly destination: string;
  readonly peering: string;
}

/**
 * Plans how the regions are connected.
 *
 * Peering has no hourly cost, but the number of connections, and of routes in each table, grows with the square of the number of
 * regions; a transit gateway has a cost for each region. Resources of a pair are named after the pair: a new region adds pairs and
 * routes and changes no existing one. If it is the region that requires transit gateways, the routes keep their names and point to
 * the gateways, and the peerings are deleted afterwards.
 */
export function planConnections(
  environment: AwsEnvironment,
  regions: readonly RegionPlan[],
  networks: readonly RegionNetworkPlan[],
): ConnectionsPlan {
  const peerings = planPeerings(regions.map(({ name }) => name));
  const routes = peerings.flatMap((peering) => planRoutes(peering, regions, networks));
  if (regions.length < environment.aws.transitGatewayFrom)
    return { kind: "peering", peerings, routes };
  return {
    kind: "transit",
    gateways: regions.map(({ name }) => ({ name: `${name}-transit`, region: name })),
    peerings,
    routes,
    transitRoutes: peerings.flatMap((peering) => planTransitRoutes(peering, regions)),
  };
}

function planPeerings(names: readonly string[]): readonly PeeringPlan[] {
  return names.flatMap((one, index) =>
    names.slice(index + 1).map((other) => {
      const [requester, accepter] = one < other ? [one, other] : [other, one];
      return { name: `${requester}-${accepter}`, requester, accepter };
    }),
  );
}

/** Nodes and pods reach both ranges of the other region. Databases and caches respond to its pods and have no other routes. */
function planRoutes(
  peering: PeeringPlan,
  regions: readonly RegionPlan[],
  networks: readonly RegionNetworkPlan[],
): readonly ConnectionRoutePlan[] {
  return bothWays(peering, regions).flatMap(([from, to]) => {
    const tables = networks.find(({ region }) => region === from.name)?.routeTables ?? [];
    return tables.flatMap((table) => {
      const destinations = rangesOf(to).filter(
        ({ part }) => table.tier === "private" || (table.tier === "isolated" && part === "pods"),
      );
      return destinations.map(({ part, cidr }) => ({
        name: `${table.name}-to-${to.name}-${part}`,
        region: from.name,
        routeTable: table.name,
        destination: cidr,
        peering: peering.name,
      }));
    });
  });
}

function planTransitRoutes(
  peering: PeeringPlan,
  regions: readonly RegionPlan[],
): readonly TransitRoutePlan[] {
  return bothWays(peering, regions).flatMap(([from, to]) =>
    rangesOf(to).map(({ part, cidr }) => ({
      name: `${from.name}-transit-to-${to.name}-${part}`,
      region: from.name,
      destination: cidr,
      peering: peering.name,
    })),
  );
}

function bothWays(
  { requester, accepter }: PeeringPlan,
  regions: readonly RegionPlan[],
): readonly (readonly [RegionPlan, RegionPlan])[] {
  const one = regions.find(({ name }) => name === requester);
  const other = regions.find(({ name }) => name === accepter);
  if (one === undefined || other === undefined) return [];
  return [
    [one, other],
    [other, one],
  ];
}

function rangesOf({ network }: RegionPlan) {
  return [
    { part: "vpc", cidr: network.vpc },
    { part: "pods", cidr: network.pods },
  ] as const;
}
