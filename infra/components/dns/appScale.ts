import { prices } from "../../providers/aws/account/prices";
import { planRoute53, route53Quotas } from "./route53";

/** AWS resources of each additional app, and the number of apps that the default AWS limits allow. */
export interface AppScale {
  /** Route 53 records per app. Each is also a resource in the program's state. */
  readonly records: number;
  readonly checks: number;
  /** US dollars per month for each app: its health checks. Its pods run on the regions' nodes. */
  readonly monthlyUsd: number;
  /** In ascending order. */
  readonly limits: readonly AppLimit[];
}

export interface AppLimit {
  /** Maximum number of apps. */
  readonly apps: number;
  /** Description of the limit. */
  readonly what: string;
}

/**
 * Counts the platform's own AWS resources for each app.
 * @param regions Names of the platform's regions, none of them partially drained.
 */
export function appScale(regions: readonly string[]): AppScale {
  const plan = (apps: readonly string[]) => planRoute53({ domain: "example.com", regions, apps });
  const [one, two] = [plan(["a"]), plan(["a", "b"])];
  const records = two.records.length - one.records.length;
  const checks = two.checks.length - one.checks.length;
  const limits = [
    {
      apps: Math.floor((route53Quotas.checks - (one.checks.length - checks)) / checks),
      what: `${route53Quotas.checks} health checks of an account`,
    },
    {
      apps: Math.floor((route53Quotas.records - (one.records.length - records)) / records),
      what: `${route53Quotas.records} records of a zone`,
    },
  ].sort((first, second) => first.apps - second.apps);
  return { records, checks, monthlyUsd: checks * prices.healthCheck, limits };
}

/** Formats the scale for a person. Pure. */
export function formatScale({ records, checks, monthlyUsd, limits }: AppScale): string {
  const reached = limits.map(({ apps, what }) => `${apps} apps (${what})`);
  return (
    `Each app: ${checks} health checks and ${records} records of Route 53, $${monthlyUsd} a month. ` +
    `Without a higher limit from AWS: ${reached.join(", ")}.`
  );
}
