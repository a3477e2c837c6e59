import { reservedRegionNames } from "../../infra/config/reserved";
import type { RenderedApp } from "../../infra/plan/apps";
import { apportion } from "../../infra/plan/replicaShares";
import type { PlatformPlan, RegionPlan } from "../../infra/plan/types";
import type { CostEstimate } from "../../infra/providers/aws/account/cost";
import { holdsData } from "../aws/changes";
import type { Change } from "../changeSummary";
import type { PreviewFields, UpFields } from "./schemas";

/** What a preview found out. */
export interface Previewed {
  readonly plan: PlatformPlan;
  readonly changes: readonly Change[];
  /** The engine's counts by operation. */
  readonly counts: Readonly<Record<string, number>>;
  /** Clusters that exist now; undefined: not known, as on AWS. */
  readonly created: readonly string[] | undefined;
  /** The apps of this clone; undefined: their objects are not known here. */
  readonly apps: readonly RenderedApp[] | undefined;
  /** Estimated cost and budget, on AWS. */
  readonly cost?: CostEstimate & { readonly budget: number };
  /** Names of resources that the engine refuses to delete. */
  readonly protectedNames?: readonly string[];
  readonly warnings: readonly string[];
}

/** The fields of `preview --json`. Pure. */
export function previewFields(previewed: Previewed): PreviewFields {
  const { plan, changes, counts, warnings, protectedNames = [] } = previewed;
  const { environment, traffic } = plan;
  const isAws = environment.provider === "aws";
  const regions = regionFields(previewed);
  return {
    provider: environment.provider,
    steps: stepFields(counts),
    regions,
    rebalances:
      regions.some(({ change }) => change !== null) &&
      regions.some(({ change }) => change !== "create"),
    apps: appFields(previewed),
    traffic: {
      domain: traffic.domain,
      ttlSeconds: traffic.ttlSeconds,
      regions: traffic.edges.map(({ region }) => region),
    },
    cost: costFields(previewed.cost),
    resources: changes.map(({ name, type, how, properties }) => ({
      ...{ name, type },
      change: changeOf[how],
      properties: [...properties],
      holdsData: isAws && (how === "deleted" || how === "replaced") && holdsData(type),
      protected: protectedNames.includes(name),
    })),
    warnings: warnings.map(withoutMark),
  };
}

const changeOf = {
  created: "create",
  changed: "update",
  replaced: "replace",
  deleted: "delete",
} as const;

/** Steps by kind, from the engine's counts. Pure. */
export function stepFields(counts: Readonly<Record<string, number>>): UpFields["steps"] {
  const { create = 0, update = 0, replace = 0, delete: deleted = 0, same = 0 } = counts;
  return { create, update, replace, delete: deleted, same };
}

/** A warning without the mark that precedes it on a terminal. Pure. */
export function withoutMark(warning: string): string {
  return warning.replace(/^! /, "");
}

/** Address of an app. Pure. */
export function addressOf(app: string, { environment, traffic }: PlatformPlan): string {
  return `${environment.provider === "aws" ? "https" : "http"}://${app}.${traffic.domain}`;
}

function regionFields({ plan, created }: Previewed): PreviewFields["regions"] {
  const own: readonly string[] = reservedRegionNames;
  const existing = created?.filter((name) => !own.includes(name));
  const percents = replicaPercents(plan.regions);
  const removed = (existing ?? []).filter(
    (name) => !plan.regions.some(({ clusterName }) => clusterName === name),
  );
  return [
    ...plan.regions.map(({ name, clusterName, zones, nodes }) => ({
      name,
      change: existing === undefined || existing.includes(clusterName) ? null : ("create" as const),
      zones: zones.length,
      nodes: nodes.length,
      replicaPercent: percents[name] ?? 0,
    })),
    ...removed.map((name) => ({
      ...{ name, change: "delete" as const },
      ...{ zones: 0, nodes: 0, replicaPercent: 0 },
    })),
  ];
}

/** Each region's share of all replicas in percent, to one decimal place. */
function replicaPercents(regions: readonly RegionPlan[]): Readonly<Record<string, number>> {
  const sum = regions.reduce((total, { weight }) => total + weight, 0);
  const shareOf = (weight: number) => (sum === 0 ? 0 : Math.round((1000 * weight) / sum) / 10);
  return Object.fromEntries(regions.map(({ name, weight }) => [name, shareOf(weight)]));
}

function appFields({ plan, apps }: Previewed): PreviewFields["apps"] {
  if (apps === undefined)
    return plan.traffic.apps.map((name) => ({
      ...{ name, address: addressOf(name, plan) },
      ...{ replicas: null, byRegion: null },
    }));
  return apps.map(({ name, demands }) => {
    const shares = demands.map(({ replicas }) => apportion(replicas, plan.regions));
    const inRegion = (region: string) =>
      shares.reduce((sum, share) => sum + (share[region] ?? 0), 0);
    return {
      ...{ name, address: addressOf(name, plan) },
      replicas: demands.reduce((sum, { replicas }) => sum + replicas, 0),
      byRegion: Object.fromEntries(plan.regions.map((each) => [each.name, inRegion(each.name)])),
    };
  });
}

function costFields(cost: Previewed["cost"]): PreviewFields["cost"] {
  if (cost === undefined) return null;
  return {
    currency: "USD",
    monthly: cents(cost.monthlyUsd),
    budget: cost.budget,
    pricesFrom: cost.pricesFrom,
    items: cost.items.map(({ region, what, quantity, monthlyUsd }) => ({
      ...{ region, what, quantity },
      monthly: cents(monthlyUsd),
    })),
    leftOut: [...cost.leftOut],
  };
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
