import { createHash } from "node:crypto";
import { planDns } from ".";
import { healthPath } from "./plan";
import type { DnsCheckTimings, DnsEntry, DnsInput, DnsPlan, OrderNode } from "./types";

/**
 * The DNS plan as records of Route 53.
 *
 * Each app's name is a group of latency records, one for each region, and so is the wildcard. Each of them is an alias of a separate
 * name below the app's, or below the domain,
 * where failover pairs and weighted sets represent the order of regions. Such a name is a hash of its content, so its content
 * never changes: draining, adding or removing a region creates new names. The latency record of each location changes when all new
 * names exist. No query sees a partial change, and locations with the same order share its names.
 */
export interface Route53Plan {
  readonly domain: string;
  /** All records of a target's name precede the records that refer to it. */
  readonly records: readonly AliasRecord[];
  /** One for each app and region, and one for each region. */
  readonly checks: readonly HealthCheck[];
}

/** An A record that is an alias: it has no separate TTL. */
export interface AliasRecord {
  /** Unique in the plan, and stable as long as the record does not change. */
  readonly key: string;
  /** Full name without a trailing dot. */
  readonly name: string;
  readonly routing: Routing;
  /** Unique among the records of the name; absent if there is only one. At most 128 characters. */
  readonly setIdentifier?: string;
  readonly target: AliasTarget;
  /** Whether the record's health depends on its target. If false, the target's health is ignored. */
  readonly evaluateTargetHealth: boolean;
  /** Key of a check that also has to pass. */
  readonly check?: string;
}

/** Policy that selects one of several records of a name. */
export type Routing =
  | { readonly kind: "simple" }
  | { readonly kind: "latency"; readonly region: string }
  | { readonly kind: "failover"; readonly role: "PRIMARY" | "SECONDARY" }
  | { readonly kind: "weighted"; readonly weight: number };

/** The load balancer of a region's edge, or another name of the zone. */
export type AliasTarget =
  | { readonly kind: "region"; readonly region: string }
  | { readonly kind: "name"; readonly name: string };

/** A health check of a region by Route 53's checkers, which are distributed worldwide. */
export interface HealthCheck {
  /** Unique in the plan. */
  readonly key: string;
  /** Absent: the check is of the region, for names that are no app's yet. */
  readonly app?: string;
  readonly region: string;
  /** Full name of the request's host, also in SNI: the region's edge. */
  readonly host: string;
  readonly port: number;
  /** E.g. "/healthz/web". */
  readonly path: string;
  readonly intervalSeconds: CheckInterval;
  readonly failureThreshold: number;
}

/** The two intervals of Route 53, in seconds. */
export type CheckInterval = 10 | 30;

export interface Route53Input {
  readonly domain: string;
  /** Names of AWS regions. */
  readonly regions: readonly string[];
  readonly apps: readonly string[];
  /** 0 to 100 by region, as in `DnsRegion`. Default: 100, not drained. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Default: `checkIntervalSeconds`. */
  readonly intervalSeconds?: CheckInterval;
}

/** Interval of health checks: the shorter one detects a loss in a third of the time for a dollar more a month and check. */
export const checkIntervalSeconds: CheckInterval = 10;

/** TTL of an alias to a load balancer in seconds. It is the load balancer's TTL and cannot be set. */
export const aliasTtlSeconds = 60;

/** Consecutive failed checks of one checker after which it reports the region as unhealthy. AWS's default. */
const failureThreshold = 3;

/** Default quotas of AWS: records of a zone and health checks of an account. */
export const route53Quotas = { records: 10_000, checks: 200 } as const;

/** NS and SOA of the zone and the CNAME that validates its certificates. */
const otherRecords = 3;

/** Maximum characters of a full name without the trailing dot. */
const longestName = 253;

/** Host name of a region's edge, which its health checks use: "eu-west-1.example.com". */
export function edgeHost(region: string, domain: string): string {
  return `${region}.${domain}`;
}

/**
 * Maximum seconds from the loss of a region until the last client resolves another: the time of the checks and the TTL of cached
 * answers. Route 53 adds a few seconds.
 */
export function failoverSeconds({ intervalSeconds }: Pick<HealthCheck, "intervalSeconds">): number {
  return intervalSeconds * failureThreshold + aliasTtlSeconds;
}

/** @throws RangeError that lists the errors of the input. */
export function planRoute53(input: Route53Input): Route53Plan {
  const { domain, regions, apps } = input;
  const dns = planDns(dnsInput(input));
  const taken = apps.filter((app) => regions.includes(app));
  if (taken.length > 0)
    throw new RangeError(`an app cannot be named ${taken.join(", ")}: that is the region's edge`);
  const all = [
    ...regions.map((region) => edgeRecord(region, domain)),
    ...groupsOf(dns).flatMap(tree),
  ];
  const long = all.find(({ name }) => name.length > longestName);
  if (long) throw new RangeError(`${long.name} is longer than ${longestName}: give shorter names`);
  // Equal keys are equal records: a name is a hash of its content.
  const records = [...new Map(all.map((record) => [record.key, record])).values()];
  const checks = [...apps, undefined].flatMap((app) =>
    regions.map((region) => healthCheck(app, region, input)),
  );
  return { domain, records, checks };
}

/** Warnings about quotas that AWS has to raise. Empty if the default quotas suffice. */
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

/** The same input as for PowerDNS, but without the edges' addresses and the clients' networks: Route 53 has its own. */
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

/** Timeouts of a Route 53 check: four seconds to connect and two for the response; neither can be set. */
function timings({ intervalSeconds = checkIntervalSeconds }: Route53Input): DnsCheckTimings {
  return { intervalSeconds, timeoutSeconds: 6, failureThreshold, port: 443 };
}

function healthCheck(app: string | undefined, region: string, input: Route53Input): HealthCheck {
  return {
    key: checkKey(app ?? anyApp, region),
    ...(app !== undefined && { app }),
    region,
    host: edgeHost(region, input.domain),
    port: 443,
    path: healthPath(app),
    intervalSeconds: input.intervalSeconds ?? checkIntervalSeconds,
    failureThreshold,
  };
}

/** Key of the wildcard's records and checks. No app can have an underscore in its name. */
const anyApp = "_any";

function checkKey(owner: string, region: string): string {
  return `${owner}.${region}`;
}

/** A name with the records that answer it. */
interface RecordGroup {
  /** Key of its records and checks: the app, or `anyApp`. */
  readonly owner: string;
  readonly entry: DnsEntry;
  /** The names of its inner nodes are below this one. Route 53 has wildcards only as the first label. */
  readonly base: string;
}

function groupsOf({ domain, names, wildcard }: DnsPlan): RecordGroup[] {
  return [
    ...names.map((entry) => ({ owner: entry.app, entry, base: entry.name })),
    { owner: anyApp, entry: wildcard, base: domain },
  ];
}

/** The name that health checks use. It has to resolve regardless of the region's health. */
function edgeRecord(region: string, domain: string): AliasRecord {
  return {
    key: region,
    name: edgeHost(region, domain),
    routing: { kind: "simple" },
    target: { kind: "region", region },
    evaluateTargetHealth: false,
  };
}

/** All records of a group. Those of its own name are last. */
function tree(group: RecordGroup): AliasRecord[] {
  return group.entry.tree.branches.flatMap(({ region, node }) => [
    ...below(node, group),
    {
      key: `${group.owner}.${region}`,
      name: group.entry.name,
      routing: { kind: "latency", region } as const,
      setIdentifier: region,
      ...leadingTo(node, group),
    },
  ]);
}

/** The records of a node; none for a region, which is itself a target. */
function below(node: OrderNode, group: RecordGroup): AliasRecord[] {
  const label = labelOf(node);
  const record = (setIdentifier: string, routing: Routing, next: OrderNode): AliasRecord => ({
    key: `${group.owner}.${label}.${setIdentifier.replaceAll(" ", "-")}`,
    name: `${label}.${group.base}`,
    routing,
    setIdentifier,
    ...leadingTo(next, group),
  });
  switch (node.kind) {
    case "answer":
      return [];
    case "failover":
      return [
        ...below(node.secondary, group),
        record(node.primary.region, { kind: "failover", role: "PRIMARY" }, node.primary),
        record("otherwise", { kind: "failover", role: "SECONDARY" }, node.secondary),
      ];
    case "weighted":
      return [
        ...node.branches.flatMap((branch) => below(branch.node, group)),
        ...node.branches.map(({ identifier, weight, node: next }) =>
          record(identifier, { kind: "weighted", weight }, next),
        ),
      ];
  }
}

/**
 * A region's record is healthy if the group's check passes and the load balancer has a healthy target; any other record if a record
 * of its target's name is healthy.
 */
function leadingTo(
  node: OrderNode,
  group: RecordGroup,
): Pick<AliasRecord, "target" | "evaluateTargetHealth" | "check"> {
  const evaluateTargetHealth = true;
  if (node.kind === "answer") {
    const { region } = node;
    const check = checkKey(group.owner, region);
    return { target: { kind: "region", region }, evaluateTargetHealth, check };
  }
  const name = `${labelOf(node)}.${group.base}`;
  return { target: { kind: "name", name }, evaluateTargetHealth };
}

/**
 * The name of a node: "_f" for a failover pair, "_w" for a weighted set, then 48 bits of a hash of its content. No app can have such
 * a name: a host name must not contain an underscore.
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
