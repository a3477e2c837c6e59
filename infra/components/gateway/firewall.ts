import type { AwsEnvironment } from "../../config/types";
import type { PlatformPlan } from "../../plan/types";
import { awsName } from "../../providers/aws/account/names";
import { checkIntervalSeconds } from "../dns/route53";

/** Rules of the firewall of a region's edge, as data for AWS WAF. */

export interface FirewallPlan {
  /** In evaluation order; the first that blocks applies. */
  readonly rules: readonly FirewallRule[];
  /** CloudWatch log group. WAF writes only to names with the prefix "aws-waf-logs-". */
  readonly logGroup: string;
  /** Retention of the log of blocked requests, days. */
  readonly logDays: number;
  /** Headers that are redacted in logs. */
  readonly redactedHeaders: readonly string[];
}

export type FirewallRule = ManagedRule | RateRule;

/** A rule group that AWS maintains. */
export interface ManagedRule {
  readonly kind: "managed";
  /** Name of the rule, of its metric, and in logs. */
  readonly name: string;
  /** AWS's name of the group. */
  readonly group: string;
  /** Capacity units of the group, as listed by AWS. */
  readonly capacity: number;
}

/** Blocks an address that exceeds a request rate. */
export interface RateRule {
  readonly kind: "rate";
  readonly name: string;
  /** Requests of one address within the window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whether it counts health checks only, or everything else. */
  readonly counts: "health checks" | "others";
  readonly capacity: number;
}

export interface FirewallInput {
  readonly environment: string;
  readonly region: string;
  readonly requestsPerFiveMinutes: number;
  /** Number of apps. Each has a separate health check, beside the one of the region. */
  readonly apps: number;
  /** Interval between two health checks of an app, seconds. */
  readonly checkIntervalSeconds: number;
}

/** Path prefix of health checks, of regions and of apps. */
export const healthPrefix = "/healthz";

/** Capacity units of a web ACL without extra cost. The maximum of WAF is 5,000. */
export const includedCapacity = 1500;

const window = 300;

/** From the developer guide: 2 units for a rate rule, 2 for a prefix, 10 for each of its two transformations. */
const rateCapacity = 2 + 2 + 2 * 10;

/** Limit of the health check path as a multiple of the requests of one Route 53 checker. */
const healthMargin = 10;

/** Minimum limit that WAF accepts. */
const leastLimit = 10;

const managed = (name: string, group: string, capacity: number): ManagedRule => ({
  kind: "managed",
  name,
  group: `AWSManagedRules${group}`,
  capacity,
});

/**
 * Rules for Argo CD. They exclude the groups that inspect bodies: those block bodies above 8 KB, and webhook payloads of a push are
 * often longer, as are manifests. The git server signs each payload; all other requests are those of authenticated users.
 */
export function planIngressFirewall(
  input: Pick<FirewallInput, "environment" | "region" | "requestsPerFiveMinutes">,
): FirewallPlan {
  const all = planFirewall({ ...input, apps: 0, checkIntervalSeconds: window });
  const kept = ["rate", "health-rate", "ip-reputation", "known-bad-inputs"];
  return {
    ...all,
    rules: all.rules.filter(({ name }) => kept.includes(name)),
    logGroup: `${all.logGroup}-argocd`,
  };
}

/**
 * Rules for one region. Few addresses send the health checks of all apps, so with many apps they would resemble an attack: the
 * general rate rule does not count them. A separate rate rule prevents a bypass through their path: its limit is ten times the
 * requests of a checker.
 */
export function planFirewall(input: FirewallInput): FirewallPlan {
  const { environment, region, requestsPerFiveMinutes, apps, checkIntervalSeconds } = input;
  const asked = ((apps + 1) * window) / checkIntervalSeconds;
  const rate = (name: string, limit: number, counts: RateRule["counts"]): RateRule => ({
    kind: "rate",
    name,
    limit: Math.max(leastLimit, Math.ceil(limit)),
    windowSeconds: window,
    counts,
    capacity: rateCapacity,
  });
  return {
    rules: [
      rate("rate", requestsPerFiveMinutes, "others"),
      rate("health-rate", healthMargin * asked, "health checks"),
      managed("ip-reputation", "AmazonIpReputationList", 25),
      managed("known-bad-inputs", "KnownBadInputsRuleSet", 200),
      // It also blocks bodies above 8 KB, the maximum that it can inspect.
      managed("common", "CommonRuleSet", 700),
      managed("sql-injection", "SQLiRuleSet", 200),
    ],
    logGroup: `aws-waf-logs-${awsName(environment, region)}`,
    logDays: 30,
    redactedHeaders: ["authorization", "cookie"],
  };
}

/** The firewall of each region's edge, by region. */
export function planRegionFirewalls(
  { regions, traffic }: PlatformPlan,
  { name: environment, aws: { requestsPerFiveMinutes } }: AwsEnvironment,
): Record<string, FirewallPlan> {
  const input = { environment, requestsPerFiveMinutes, checkIntervalSeconds };
  return Object.fromEntries(
    regions.map(({ name: region }) => [
      region,
      planFirewall({ ...input, region, apps: traffic.apps.length }),
    ]),
  );
}
