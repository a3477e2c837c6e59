import type { AwsEnvironment } from "../../../config/types";
import type { RegionPlan } from "../../../plan/types";
import type { RegionNetworkPlan } from "./networkTypes";

/** How the regions' networks reach each other. Empty lists for one region. */
export type ConnectionsPlan = PeeringConnectionsPlan | TransitConnectionsPlan;

/** Each two networks are peered. */
export interface PeeringConnectionsPlan {
  readonly kind: "peering";
  readonly peerings: readonly PeeringPlan[];
  readonly routes: readonly ConnectionRoutePlan[];
}

/** Each network is joined to its region's transit gateway, and each two of these are peered. */
export interface TransitConnectionsPlan {
  readonly kind: "transit";
  readonly gateways: readonly TransitGatewayPlan[];
  readonly peerings: readonly PeeringPlan[];
  readonly routes: readonly ConnectionRoutePlan[];
  readonly transitRoutes: readonly TransitRoutePlan[];
}

/** A pair of regions. Who asks is decided by name, so that no other region changes it. */
export interface PeeringPlan {
  /** Logical name, e.g. "eu-west-1-us-east-1". */
  readonly name: string;
  readonly requester: string;
  readonly accepter: string;
}

/** A route of a subnet's route table to another region. Its name is the same whatever it leads through. */
export interface ConnectionRoutePlan {
  readonly name: string;
  readonly region: string;
  /** By the name that the region's network plan gives it. */
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
 * Decides how the regions are connected.
 *
 * Peering costs nothing by the hour, but grows with the square of the regions, in connections and in routes of each table;
 * a transit gateway costs for each region. What belongs to a pair is named after the pair: a region that joins adds
 * pairs and routes, and changes none that is there. Where it is the one that makes transit gateways due, the routes keep
 * their names and are led through these, and the peerings go afterwards.
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

/** Nodes and pods reach both ranges of the other region. Databases and caches answer its pods, and know nobody else. */
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
