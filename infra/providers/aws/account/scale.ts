import { prices } from "./prices";
import { planRoute53, route53Quotas } from "../../../components/dns/route53";

/** What each further app takes of AWS, and how many apps there may be before AWS has to raise a limit. */
export interface AppScale {
  /** Route 53's, for each app. Each is a resource of the program's state, too. */
  readonly records: number;
  readonly checks: number;
  /** US dollars a month for each app: its health checks. Its pods are part of the regions' nodes. */
  readonly monthlyUsd: number;
  /** The lowest first. */
  readonly limits: readonly AppLimit[];
}

export interface AppLimit {
  /** The most apps that fit. */
  readonly apps: number;
  /** Of what, in words. */
  readonly what: string;
}

/**
 * Counts what the platform itself has for each app on AWS.
 * @param regions Names of the platform's regions, none of them drained in part.
 */
export function appScale(regions: readonly string[]): AppScale {
  const plan = (apps: readonly string[]) => planRoute53({ domain: "example.com", regions, apps });
  const [one, two] = [plan(["a"]), plan(["a", "b"])];
  const records = two.records.length - one.records.length;
  const checks = two.checks.length - one.checks.length;
  const limits = [
    {
      apps: Math.floor(route53Quotas.checks / checks),
      what: `${route53Quotas.checks} health checks of an account`,
    },
    {
      apps: Math.floor((route53Quotas.records - (one.records.length - records)) / records),
      what: `${route53Quotas.records} records of a zone`,
    },
  ].sort((first, second) => first.apps - second.apps);
  return { records, checks, monthlyUsd: checks * prices.healthCheck, limits };
}

/** In a person's words. Pure. */
export function formatScale({ records, checks, monthlyUsd, limits }: AppScale): string {
  const reached = limits.map(({ apps, what }) => `${apps} apps (${what})`);
  return (
    `Each app: ${checks} health checks and ${records} records of Route 53, $${monthlyUsd} a month. ` +
    `Without a higher limit from AWS: ${reached.join(", ")}.`
  );
}
