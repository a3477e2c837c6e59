import { nearestFirst } from "./geography";
import { rawDiagnosticsOf } from "./diagnostics";
import type { AnswerNode, DnsInput, DnsPlan, DnsRegion, LatencyNode, OrderNode } from "./types";

/** Path at an edge that reports whether its region can serve an app. Without an app: whether it can serve any. */
export function healthPath(app?: string): string {
  return app === undefined ? "/healthz" : `/healthz/${app}`;
}

/**
 * Plans which region serves which clients, and the order of failover.
 *
 * The order starts with the client's nearest region, then the next nearest, and so on. A random choice moves regions: one of
 * weight w keeps its position in w of 100 queries and moves to the end of the order otherwise. A region of weight 0 is always
 * last. So a drained region answers only if no other can, and a lost one never while another is healthy.
 *
 * @throws RangeError that lists every error of the input.
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
  const names = input.apps.map((app) => {
    const name = `${app}.${domain}`;
    const check = { ...input.check, host: name, path: healthPath(app) };
    return { name, app, ttlSeconds, check, tree };
  });
  const check = { ...input.check, host: domain, path: healthPath() };
  return { domain, ttlSeconds, names, wildcard: { name: `*.${domain}`, ttlSeconds, check, tree } };
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

/** The order of the regions without a random choice yet, then of those that it moved, then of the fully drained ones. */
function drawn(
  left: readonly DnsRegion[],
  passed: readonly DnsRegion[],
  drained: readonly DnsRegion[],
): OrderNode | undefined {
  const [region, ...rest] = left;
  if (region === undefined) return chain([...passed, ...drained]);
  const kept = before(region, drawn(rest, passed, drained));
  // The only region that is not fully drained needs no random choice: there is no other to prefer.
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
