import { createHash } from "node:crypto";
import { planDns } from ".";
import { healthPath } from "./plan";
import type { DnsCheckTimings, DnsInput, DnsName, OrderNode } from "./types";

/**
 * The DNS plan as records of Route 53.
 *
 * Each app's name is a group of latency records, one for each region. Each of them leads to a name of its own below the
 * app's, where the order of regions is kept as failover pairs and weighted sets. Such a name is made from what is behind
 * it, so what a name says never changes: a region drained, joined or gone gives new names, and the one record of each
 * location that leads to them is turned when they are all there. Nobody is answered from half a change, and locations
 * with the same order share its names.
 */
export interface Route53Plan {
  readonly domain: string;
  /** A record comes after all that its target's name has. */
  readonly records: readonly AliasRecord[];
  /** One for each app and region. */
  readonly checks: readonly HealthCheck[];
}

/** An A record that is an alias: it has no TTL of its own. */
export interface AliasRecord {
  /** Unique over the plan, and stable as long as the record says the same. */
  readonly key: string;
  /** Whole name without a trailing dot. */
  readonly name: string;
  readonly routing: Routing;
  /** Unique among the records of the name; absent where there is one only. At most 128 characters. */
  readonly setIdentifier?: string;
  readonly target: AliasTarget;
  /** Whether the record is as healthy as its target: without, it counts as healthy whatever is behind it. */
  readonly evaluateTargetHealth: boolean;
  /** Key of the check that has to pass, too. */
  readonly check?: string;
}

/** How one of several records of a name is chosen. */
export type Routing =
  | { readonly kind: "simple" }
  | { readonly kind: "latency"; readonly region: string }
  | { readonly kind: "failover"; readonly role: "PRIMARY" | "SECONDARY" }
  | { readonly kind: "weighted"; readonly weight: number };

/** The load balancer of a region's edge, or another name of the zone. */
export type AliasTarget =
  | { readonly kind: "region"; readonly region: string }
  | { readonly kind: "name"; readonly name: string };

/** What Route 53's checkers, which are all over the world, ask of a region. */
export interface HealthCheck {
  /** Unique over the plan. */
  readonly key: string;
  readonly app: string;
  readonly region: string;
  /** Whole name that is asked, by SNI too: the region's edge. */
  readonly host: string;
  readonly port: number;
  /** E.g. "/healthz/web". */
  readonly path: string;
  readonly intervalSeconds: CheckInterval;
  readonly failureThreshold: number;
}

/** Route 53 has these two, in seconds. */
export type CheckInterval = 10 | 30;

export interface Route53Input {
  readonly domain: string;
  /** Names of AWS regions. */
  readonly regions: readonly string[];
  readonly apps: readonly string[];
  /** 0 to 100 by region, as in `DnsRegion`. Default: 100, not drained. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Default: 10, a third of the time to find a loss for a dollar more a month and check. */
  readonly intervalSeconds?: CheckInterval;
}

/** What resolvers keep an alias to a load balancer for, seconds. It is the load balancer's own TTL and can't be set. */
export const aliasTtlSeconds = 60;

/** Checks that fail in a row, of one checker, before it calls the region unhealthy. AWS's own default. */
const failureThreshold = 3;

/** Records of a zone without asking AWS for more, and health checks of an account. */
export const route53Quotas = { records: 10_000, checks: 200 } as const;

/** NS and SOA of the zone and the CNAME that validates its certificates. */
const otherRecords = 3;

/** Characters of a whole name without the trailing dot. */
const longestName = 253;

/** Where a region is asked for by its own name, as its health checks do: "eu-west-1.example.com". */
export function edgeHost(region: string, domain: string): string {
  return `${region}.${domain}`;
}

/**
 * Seconds from the loss of a region to the last client that is told of another, at worst: the checks, then the answers
 * that resolvers still hold. A few seconds of Route 53's own come on top.
 */
export function failoverSeconds({ intervalSeconds }: Pick<HealthCheck, "intervalSeconds">): number {
  return intervalSeconds * failureThreshold + aliasTtlSeconds;
}

/** @throws RangeError that names what in the input cannot be. */
export function planRoute53(input: Route53Input): Route53Plan {
  const { domain, regions, apps } = input;
  const dns = planDns(dnsInput(input));
  const taken = apps.filter((app) => regions.includes(app));
  if (taken.length > 0)
    throw new RangeError(`an app cannot be named ${taken.join(", ")}: that is the region's edge`);
  const all = [...regions.map((region) => edgeRecord(region, domain)), ...dns.names.flatMap(tree)];
  const long = all.find(({ name }) => name.length > longestName);
  if (long) throw new RangeError(`${long.name} is longer than ${longestName}: give shorter names`);
  // Equal keys are equal records: what is behind a name is in the name.
  const records = [...new Map(all.map((record) => [record.key, record])).values()];
  const checks = apps.flatMap((app) => regions.map((region) => healthCheck(app, region, input)));
  return { domain, records, checks };
}

/** What works only after AWS has raised a limit. Empty when all is well. */
export function route53Warnings({ records, checks }: Route53Plan): string[] {
  const needed = { records: records.length + otherRecords, checks: checks.length };
  const over = (["records", "checks"] as const).filter(
    (kind) => needed[kind] > route53Quotas[kind],
  );
  return over.map(
    (kind) =>
      `Route 53 needs ${needed[kind]} ${kind} where AWS gives ${route53Quotas[kind]} by default: ` +
      "ask AWS for more, drain fewer regions in part, or have fewer apps.",
  );
}

/** The plan that PowerDNS would get, but for the edges' addresses and the clients' networks: Route 53 has its own. */
export function dnsInput(input: Route53Input): DnsInput {
  const { domain, regions, apps, weights = {} } = input;
  return {
    domain,
    apps,
    ttlSeconds: aliasTtlSeconds,
    check: timings(input),
    regions: regions.map((name) => ({ name, weight: weights[name] ?? 100, clients: [] })),
  };
}

/** Route 53 gives a check four seconds to connect and two to be answered; neither can be set. */
function timings({ intervalSeconds = 10 }: Route53Input): DnsCheckTimings {
  return { intervalSeconds, timeoutSeconds: 6, failureThreshold, port: 443 };
}

function healthCheck(app: string, region: string, input: Route53Input): HealthCheck {
  return {
    key: checkKey(app, region),
    app,
    region,
    host: edgeHost(region, input.domain),
    port: 443,
    path: healthPath(app),
    intervalSeconds: input.intervalSeconds ?? 10,
    failureThreshold,
  };
}

function checkKey(app: string, region: string): string {
  return `${app}.${region}`;
}

/** The name that health checks ask. It has to lead there however the region is. */
function edgeRecord(region: string, domain: string): AliasRecord {
  return {
    key: region,
    name: edgeHost(region, domain),
    routing: { kind: "simple" },
    target: { kind: "region", region },
    evaluateTargetHealth: false,
  };
}

/** All records of an app, the ones at its own name last. */
function tree(app: DnsName): AliasRecord[] {
  return app.tree.branches.flatMap(({ region, node }) => [
    ...below(node, app),
    {
      key: `${app.app}.${region}`,
      name: app.name,
      routing: { kind: "latency", region } as const,
      setIdentifier: region,
      ...leadingTo(node, app),
    },
  ]);
}

/** The records that a node is made of; none for a region, which is a target by itself. */
function below(node: OrderNode, app: DnsName): AliasRecord[] {
  const label = labelOf(node);
  const record = (setIdentifier: string, routing: Routing, next: OrderNode): AliasRecord => ({
    key: `${app.app}.${label}.${setIdentifier.replaceAll(" ", "-")}`,
    name: `${label}.${app.name}`,
    routing,
    setIdentifier,
    ...leadingTo(next, app),
  });
  switch (node.kind) {
    case "answer":
      return [];
    case "failover":
      return [
        ...below(node.secondary, app),
        record(node.primary.region, { kind: "failover", role: "PRIMARY" }, node.primary),
        record("otherwise", { kind: "failover", role: "SECONDARY" }, node.secondary),
      ];
    case "weighted":
      return [
        ...node.branches.flatMap((branch) => below(branch.node, app)),
        ...node.branches.map(({ identifier, weight, node: next }) =>
          record(identifier, { kind: "weighted", weight }, next),
        ),
      ];
  }
}

/**
 * A region's record is healthy when the app's check passes and the load balancer has a gateway to send to; any other
 * when a record of its target's name is.
 */
function leadingTo(
  node: OrderNode,
  app: DnsName,
): Pick<AliasRecord, "target" | "evaluateTargetHealth" | "check"> {
  const evaluateTargetHealth = true;
  if (node.kind === "answer") {
    const { region } = node;
    const check = checkKey(app.app, region);
    return { target: { kind: "region", region }, evaluateTargetHealth, check };
  }
  const name = `${labelOf(node)}.${app.name}`;
  return { target: { kind: "name", name }, evaluateTargetHealth };
}

/**
 * The one place where names within a tree are made: "_f" for a failover pair, "_w" for a weighted set, then 48 bits of
 * what is behind them. No app can have such a name: the underscore is not allowed in a host's.
 */
function labelOf(node: OrderNode): string {
  const hash = createHash("sha256").update(contentOf(node)).digest("hex").slice(0, 12);
  return `_${node.kind.charAt(0)}${hash}`;
}

function contentOf(node: OrderNode): string {
  switch (node.kind) {
    case "answer":
      return node.region;
    case "failover":
      return `${node.primary.region} else ${contentOf(node.secondary)}`;
    case "weighted":
      return `(${node.branches.map((each) => `${each.weight} ${each.identifier}: ${contentOf(each.node)}`).join("; ")})`;
  }
}
