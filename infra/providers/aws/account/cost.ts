import type { CostItem } from "../../../components/cost";
import { type AppScale, appScale, formatScale } from "../../../components/dns/appScale";
import { components, componentsOf } from "../../../components/registry";
import type { PlatformPlan } from "../../../plan/types";
import { pricesFrom, regionFactor } from "./prices";

/** The estimated cost of an environment. */
export interface CostEstimate {
  /** Date of the prices (year and month). */
  readonly pricesFrom: string;
  /** Most expensive first. */
  readonly items: readonly CostLine[];
  /** US dollars a month. */
  readonly monthlyUsd: number;
  /** Descriptions of the costs that are not included. */
  readonly leftOut: readonly string[];
  /** Descriptions of assumed prices; empty if there are none. */
  readonly guesses: readonly string[];
  /** Cost of each additional app, and the maximum number of apps. */
  readonly scale: AppScale;
}

/** Cost of all resources of one kind in one region. */
export interface CostLine {
  /** Region, or "global". */
  readonly region: string;
  readonly what: string;
  /** Number of units. */
  readonly quantity: number;
  /** US dollars per month for all units. */
  readonly monthlyUsd: number;
}

/** Costs that depend on usage, or on resources that others build on the platform. */
const leftOut = [
  "data sent to the internet, between zones and between regions, and through NAT gateways and endpoints",
  "load balancer and firewall requests, DNS queries, API calls",
  "logs, metrics, traces, backups, container images and volumes of apps",
  "nodes that autoscaling adds beyond nodesPerZone, the database beyond its least capacity",
  "support, tax, discounts and savings plans",
];

/**
 * Estimates the idle cost of an environment on AWS from list prices.
 * @param foundation cost of what is below the components: account, networks, clusters.
 * @param of the components to choose from. Default: the platform's.
 * @throws RangeError when the environment is not on AWS.
 */
export function estimateCost(
  plan: PlatformPlan,
  foundation: readonly CostItem[],
  of = components,
): CostEstimate {
  const { environment } = plan;
  if (environment.provider !== "aws")
    throw new RangeError("only an environment on AWS has a price");
  const own = componentsOf(environment, of).flatMap(({ cost }) => cost?.(plan, environment) ?? []);
  const all = [...foundation, ...own].filter(({ quantity }) => quantity > 0);
  const items = linesOf(all).sort(byCost);
  const regions = plan.regions.map(({ name }) => name);
  return {
    pricesFrom,
    items,
    monthlyUsd: items.reduce((sum, each) => sum + each.monthlyUsd, 0),
    leftOut,
    guesses: [...guessedFactors(regions), ...new Set(all.flatMap(({ guess }) => guess ?? []))],
    scale: appScale(regions),
  };
}

/** Adds up the items of one region, name and price, and applies the region's factor. */
function linesOf(items: readonly CostItem[]): CostLine[] {
  const lines = new Map<string, CostLine>();
  for (const { region, what, quantity, unitUsd } of items) {
    const key = JSON.stringify([region, what, unitUsd]);
    const total = quantity + (lines.get(key)?.quantity ?? 0);
    const factor = region === "global" ? 1 : regionFactor(region).factor;
    lines.set(key, { region, what, quantity: total, monthlyUsd: total * unitUsd * factor });
  }
  return [...lines.values()];
}

/** The most expensive first; of equal ones, those of regions first. */
function byCost(one: CostLine, other: CostLine): number {
  const isGlobal = ({ region }: CostLine) => Number(region === "global");
  return other.monthlyUsd - one.monthlyUsd || isGlobal(one) - isGlobal(other);
}

function guessedFactors(regions: readonly string[]): string[] {
  return regions
    .filter((name) => !regionFactor(name).known)
    .map((name) => `${name} is taken to cost 60 % more than us-east-1`);
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
