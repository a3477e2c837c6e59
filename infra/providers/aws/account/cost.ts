import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import {
  cacheNodePrices,
  monthHours,
  prices,
  pricesFrom,
  processorPrices,
  regionFactor,
} from "./prices";
import { type AppScale, appScale, formatScale } from "./scale";

/** The estimated cost of an environment. */
export interface CostEstimate {
  /** Date of the prices (year and month). */
  readonly pricesFrom: string;
  readonly items: readonly CostItem[];
  /** US dollars a month. */
  readonly monthlyUsd: number;
  /** Descriptions of the costs that are not included. */
  readonly leftOut: readonly string[];
  /** Descriptions of assumed prices; empty if there are none. */
  readonly guesses: readonly string[];
  /** Cost of each additional app, and the maximum number of apps. */
  readonly scale: AppScale;
}

export interface CostItem {
  /** Region, or "global". */
  readonly region: string;
  readonly what: string;
  /** Number of units. */
  readonly quantity: number;
  /** US dollars per month for all units. */
  readonly monthlyUsd: number;
}

/** Counts that other parts of the plan determine. */
export interface CostCounts {
  /** Interface endpoints of a region, each in all zones. */
  readonly interfaceEndpoints: number;
  readonly healthChecks: number;
  /** Rules of a region's web ACL. */
  readonly firewallRules: number;
  /** Rules of the web ACL in front of Argo CD on the hub; 0 if there is neither a web ACL nor a load balancer for it. */
  readonly doorRules: number;
  readonly transitGateway: boolean;
  /** Whether the clusters' version is in extended support. Default: false. */
  readonly extendedSupport?: boolean;
}

/** What extended support costs in addition: the clusters of all regions and the hub's, in US dollars a month. */
export function extendedSupportCost({
  regions,
  hub,
}: Pick<PlatformPlan, "regions" | "hub">): number {
  const extra = (prices.clusterExtended - prices.cluster) * monthHours;
  return [...regions.map(({ name }) => name), hub.region].reduce(
    (sum, region) => sum + extra * regionFactor(region).factor,
    0,
  );
}

/** Costs that depend on usage, or on resources that others build on the platform. */
const leftOut = [
  "data sent to the internet, between zones and between regions, and through NAT gateways and endpoints",
  "load balancer and firewall requests, DNS queries, API calls",
  "logs, metrics, traces, backups, container images and volumes of apps",
  "nodes that autoscaling adds beyond nodesPerZone, the database beyond its least capacity",
  "support, tax, discounts and savings plans",
];

/** Nodes of the hub's cluster: one in each zone, of the region's instance type. */
const hubNodes = 3;

/**
 * Estimates the idle cost of an environment on AWS from list prices.
 * @returns items by region, most expensive first.
 */
export function estimateCost(plan: PlatformPlan, counts: CostCounts): CostEstimate {
  if (plan.environment.provider !== "aws")
    throw new RangeError("only an environment on AWS has a price");
  const items = [
    ...plan.regions.flatMap((region) => regionItems(plan, region, counts)),
    item("global", "Route 53 zone", 1, prices.hostedZone),
    item("global", "Route 53 health checks", counts.healthChecks, prices.healthCheck),
  ]
    .filter(({ quantity }) => quantity > 0)
    .sort((one, other) => other.monthlyUsd - one.monthlyUsd);
  const monthlyUsd = items.reduce((sum, each) => sum + each.monthlyUsd, 0);
  const scale = appScale(plan.regions.map(({ name }) => name));
  return { pricesFrom, items, monthlyUsd, leftOut, guesses: guessesOf(plan), scale };
}

function item(region: string, what: string, quantity: number, monthlyEach: number): CostItem {
  const { factor } = region === "global" ? { factor: 1 } : regionFactor(region);
  return { region, what, quantity, monthlyUsd: quantity * monthlyEach * factor };
}

function regionItems(plan: PlatformPlan, region: RegionPlan, counts: CostCounts): CostItem[] {
  const { environment } = plan;
  if (environment.provider !== "aws") return [];
  const { aws } = environment;
  const zones = region.zones.length;
  const hub = region.role === "hub";
  const gateways = aws.natGateways === "zone" ? zones : 1;
  const door = hub && counts.doorRules > 0 ? 1 : 0;
  // The NAT gateways' addresses, and one in each zone for the edge; in the hub's region also those of the hub's load balancers.
  const addresses = gateways + zones * (1 + (hub && aws.apiAccess.length > 0 ? 1 : 0) + door);
  const hourly = (what: string, quantity: number, price: number) =>
    item(region.name, what, quantity, price * monthHours);
  const monthly = (what: string, quantity: number, price: number) =>
    item(region.name, what, quantity, price);
  return [
    hourly(
      counts.extendedSupport === true
        ? "EKS control planes, extended support"
        : "EKS control planes",
      hub ? 2 : 1,
      counts.extendedSupport === true ? prices.clusterExtended : prices.cluster,
    ),
    ...nodeItems(region, hub ? hubNodes : 0),
    hourly("NAT gateways", gateways, prices.natGateway),
    hourly("public IPv4 addresses", addresses, prices.publicAddress),
    hourly(
      "interface endpoints (by zone)",
      counts.interfaceEndpoints * zones,
      prices.interfaceEndpoint,
    ),
    hourly("load balancers", (hub ? 2 : 1) + door, prices.loadBalancer),
    hourly(
      "transit gateway attachments",
      transitAttachments(plan, counts),
      prices.transitAttachment,
    ),
    monthly("web ACLs", 1 + door, prices.webAcl),
    monthly(
      "rules of the web ACLs",
      counts.firewallRules + door * counts.doorRules,
      prices.webAclRule,
    ),
    monthly("KMS keys", 1, prices.key),
    ...dataItems(plan, region),
  ];
}

/** Attachments of each region: its own network, and the peering with each other region. */
function transitAttachments({ regions }: PlatformPlan, counts: CostCounts): number {
  return counts.transitGateway ? regions.length : 0;
}

function nodeItems(region: RegionPlan, ofHub: number): CostItem[] {
  const { cpu, instanceType } = nodeOf(region);
  const each = cpu * processorPrice(instanceType).price * monthHours;
  const count = (type: string) =>
    region.nodes.filter(({ capacityType }) => capacityType === type).length;
  const onDemand = count("on-demand") + ofHub;
  const spot = count("spot");
  return [
    item(region.name, `${instanceType} on demand`, onDemand, each),
    item(region.name, `${instanceType} spot`, spot, each * prices.spotShare),
    item(region.name, "EKS Auto Mode, nodes", onDemand + spot, each * prices.autoModeShare),
  ];
}

function nodeOf(region: RegionPlan): { cpu: number; instanceType: string } {
  const node = region.nodes[0];
  const cpu = Number.parseInt(node?.allocatable.cpu ?? "0", 10) / 1000;
  return { cpu, instanceType: node?.instanceType ?? "" };
}

function dataItems(plan: PlatformPlan, region: RegionPlan): CostItem[] {
  if (plan.environment.provider !== "aws") return [];
  const { database, cache } = plan.environment.aws;
  const home = region.name === plan.environment.aws.home;
  // The writer is in the home region; every other region has at least one reader for failover.
  const instances = home ? 1 + (database?.readers ?? 0) : Math.max(1, database?.readers ?? 0);
  const units = database === undefined ? 0 : instances * database.minCapacity;
  const nodes = cache === undefined ? 0 : 1 + cache.replicas;
  return [
    item(
      region.name,
      "Aurora, least capacity units",
      units,
      prices.auroraCapacityUnit * monthHours,
    ),
    item(
      region.name,
      cache?.nodeType ?? "",
      nodes,
      cachePrice(cache?.nodeType ?? "").price * monthHours,
    ),
    item(region.name, "secrets", database === undefined ? 0 : 1, prices.secret),
  ];
}

interface Price {
  readonly price: number;
  readonly known: boolean;
}

/** A family that is not in the table has the price of the most expensive one. */
function processorPrice(instanceType: string): Price {
  const family = instanceType.split(".")[0] ?? "";
  const price = processorPrices[family];
  return {
    price: price ?? Math.max(...Object.values(processorPrices)),
    known: price !== undefined,
  };
}

function cachePrice(nodeType: string): Price {
  const price = cacheNodePrices[nodeType];
  return {
    price: price ?? Math.max(...Object.values(cacheNodePrices)),
    known: price !== undefined,
  };
}

function guessesOf({ environment, regions }: PlatformPlan): string[] {
  if (environment.provider !== "aws") return [];
  const { cache } = environment.aws;
  const types = [...new Set(regions.map((region) => nodeOf(region).instanceType))];
  return [
    ...regions
      .filter(({ name }) => !regionFactor(name).known)
      .map(({ name }) => `${name} is taken to cost 60 % more than us-east-1`),
    ...types
      .filter((type) => !processorPrice(type).known)
      .map((type) => `${type} is taken to cost what the dearest known family does`),
    ...(cache === undefined || cachePrice(cache.nodeType).known
      ? []
      : [`${cache.nodeType} is taken to cost what the dearest known cache node does`]),
  ];
}

/** Formats an estimate for a person: the largest items, the sum, and the costs that are not included. Pure. */
export function formatCost(estimate: CostEstimate, budgetUsd: number): string {
  const { items, monthlyUsd, leftOut: without, guesses, scale } = estimate;
  const byWhat = new Map<string, number>();
  for (const { what, monthlyUsd: cost } of items) byWhat.set(what, (byWhat.get(what) ?? 0) + cost);
  const rows = [...byWhat].sort(([, one], [, other]) => other - one);
  const width = Math.max(...rows.map(([what]) => what.length));
  const dollars = (amount: number) => `$${Math.round(amount).toLocaleString("en-US")}`.padStart(9);
  const over =
    monthlyUsd > budgetUsd
      ? [`! That is above the budget of ${dollars(budgetUsd).trim()}: aws.budget.monthlyUsd.`]
      : [];
  return [
    `Estimate at rest: ${dollars(monthlyUsd).trim()} a month (list prices of ${estimate.pricesFrom})`,
    ...rows.map(([what, cost]) => `  ${what.padEnd(width)} ${dollars(cost)}`),
    ...over,
    formatScale(scale),
    `Not in it: ${without.join("; ")}.`,
    ...(guesses.length === 0 ? [] : [`Guessed: ${guesses.join("; ")}.`]),
  ].join("\n");
}
