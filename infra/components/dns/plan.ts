import { nearestFirst } from "./geography";
import { rawDiagnosticsOf } from "./diagnostics";
import type { AnswerNode, DnsInput, DnsPlan, DnsRegion, LatencyNode, OrderNode } from "./types";

/** Where an edge tells whether its region can answer for an app. */
export function healthPath(app: string): string {
  return `/healthz/${app}`;
}

/**
 * Decides which region answers whom, and who takes over.
 *
 * A client gets the nearest region, then the next nearest, and so on. Before that each region is drawn for: one of
 * weight w keeps its place in w of 100 questions and goes to the end of the order otherwise. One of weight 0 is always
 * at the very end. So a drained region answers only where nothing else can, and a lost one never while another lives.
 *
 * @throws RangeError that names everything in the input that cannot be.
 */
export function planDns(input: DnsInput): DnsPlan {
  const rawDiagnostics = rawDiagnosticsOf(input);
  if (rawDiagnostics.length > 0) throw new RangeError(rawDiagnostics.join("; "));
  const { domain, ttlSeconds, regions } = input;
  const tree: LatencyNode = {
    kind: "latency",
    branches: regions.map(({ name, clients }) => ({
      region: name,
      clients,
      node: orderOf(name, regions),
    })),
    otherwise: regions[0]?.name ?? "",
  };
  const names = input.apps.map((app) => ({
    name: `${app}.${domain}`,
    app,
    ttlSeconds,
    check: { ...input.check, path: healthPath(app) },
    tree,
  }));
  return { domain, ttlSeconds, names };
}

function orderOf(location: string, regions: readonly DnsRegion[]): OrderNode {
  const byName = new Map(regions.map((region) => [region.name, region]));
  const order = nearestFirst(location, [...byName.keys()]).flatMap(
    (name) => byName.get(name) ?? [],
  );
  const node = drawn(
    order.filter(({ weight }) => weight > 0),
    [],
    order.filter(({ weight }) => weight === 0),
  );
  if (node === undefined) throw new RangeError("there is no region to answer");
  return node;
}

/** The order of those still to draw for, then those that were passed over, then those drained whole. */
function drawn(
  left: readonly DnsRegion[],
  passed: readonly DnsRegion[],
  drained: readonly DnsRegion[],
): OrderNode | undefined {
  const [region, ...rest] = left;
  if (region === undefined) return chain([...passed, ...drained]);
  const kept = before(region, drawn(rest, passed, drained));
  // The only one that is not drained whole would be passed over for itself.
  const alone = rest.length === 0 && passed.length === 0;
  if (region.weight === 100 || alone) return kept;
  const without = drawn(rest, [...passed, region], drained);
  return (
    without && {
      kind: "weighted",
      branches: [
        { identifier: `with ${region.name}`, weight: region.weight, node: kept },
        { identifier: `without ${region.name}`, weight: 100 - region.weight, node: without },
      ],
    }
  );
}

function chain([region, ...rest]: readonly DnsRegion[]): OrderNode | undefined {
  return region && before(region, chain(rest));
}

function before({ name, address }: DnsRegion, rest: OrderNode | undefined): OrderNode {
  const answer: AnswerNode = {
    kind: "answer",
    region: name,
    ...(address !== undefined && { address }),
  };
  return rest === undefined ? answer : { kind: "failover", primary: answer, secondary: rest };
}
