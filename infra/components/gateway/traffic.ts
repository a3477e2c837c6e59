import { parseCidr, type Range } from "../../config/cidr";
import type { Environment, RegionConfig } from "../../config/types";
import type { DnsInput } from "../dns/types";
import type { EdgePlan, HealthCheckPlan, TrafficPlan } from "../../plan/types";

/**
 * PowerDNS checks every second, its minimum interval, and acts on the first result. The edge dampens flapping: its `/healthz`
 * changes only after several equal results in a row.
 */
const localCheck: HealthCheckPlan = { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 };

/**
 * Names, edges and client networks of an environment on this machine.
 * @param apps Apps with access from outside.
 */
export function planTraffic(environment: Environment, apps: readonly string[]): TrafficPlan {
  const networks = loopbackNetworks(environment.regions);
  return {
    ...environment.traffic,
    check: localCheck,
    apps: [...apps].sort(),
    edges: environment.regions.map((region) => planEdge(region, networks.get(region.name) ?? 0)),
  };
}

function planEdge({ name, cidr }: RegionConfig, second: number): EdgePlan {
  const network = `127.${second}`;
  return {
    region: name,
    network,
    address: `${network}.0.1`,
    // The region's range for queries with a client subnet, the loopback network for other queries.
    clients: [cidr, `${network}.0.0/16`],
  };
}

/**
 * The second byte of each region's loopback network: the second byte of its range (10.20.0.0/16 results in 127.20.0.0/16), so it does
 * not depend on other regions. Ranges narrower than /16 may share that byte, with each other and with one outside 10.0.0.0/8. The
 * later one in the list then gets the highest free byte. 127.0 is reserved for the machine.
 */
export function loopbackNetworks(regions: readonly RegionConfig[]): ReadonlyMap<string, number> {
  const ranges = regions.map(({ cidr }) => parseCidr(cidr) ?? { base: 0, prefix: 32 });
  const wanted = ranges.map(({ base }) => (base >>> 16) & 255);
  const taken = new Set([0, ...wanted]);
  const given = new Map<string, number>();
  regions.forEach(({ name }, index) => {
    const own = wanted[index] ?? 0;
    const whole = ranges.findIndex((range, i) => wanted[i] === own && isWhole(range));
    const free = own !== 0 && (whole < 0 ? wanted.indexOf(own) : whole) === index;
    given.set(name, free ? own : highestFree(taken));
  });
  return given;
}

/** A 10.x.0.0/16 or larger: no two regions have one with the same second byte. */
function isWhole({ base, prefix }: Range): boolean {
  return base >>> 24 === 10 && prefix <= 16;
}

function highestFree(taken: Set<number>): number {
  for (let byte = 254; byte > 0; byte--) {
    if (taken.has(byte)) continue;
    taken.add(byte);
    return byte;
  }
  throw new RangeError("more than 254 regions cannot have a loopback network each");
}

/** Inputs of the zone without the weights, which change while the platform runs. */
export interface ZoneInputs extends Omit<DnsInput, "regions"> {
  readonly regions: readonly Omit<DnsInput["regions"][number], "weight">[];
}

/** The zone of a plan. @param gatewayPort Port of every edge, for its health checks. */
export function zoneInputs(traffic: TrafficPlan, gatewayPort: number): ZoneInputs {
  const { domain, ttlSeconds, check, apps, edges } = traffic;
  return {
    domain,
    ttlSeconds,
    check: { ...check, port: gatewayPort },
    apps,
    regions: edges.map(({ region, address, clients }) => ({ name: region, address, clients })),
  };
}
