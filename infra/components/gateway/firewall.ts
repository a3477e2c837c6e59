import { awsName } from "../../providers/aws/account/names";

/** What the firewall before a region's edge refuses, as data for AWS WAF. */

export interface FirewallPlan {
  /** In the order in which they are asked; the first that blocks decides. */
  readonly rules: readonly FirewallRule[];
  /** CloudWatch log group. WAF writes only to names that begin with "aws-waf-logs-". */
  readonly logGroup: string;
  /** How long what was refused can be looked up, days. */
  readonly logDays: number;
  /** Headers that stand in no log. */
  readonly redactedHeaders: readonly string[];
}

export type FirewallRule = ManagedRule | RateRule;

/** A group of rules that AWS writes and keeps up to date. */
export interface ManagedRule {
  readonly kind: "managed";
  /** Name of the rule, of its metric, and in logs. */
  readonly name: string;
  /** AWS's name of the group. */
  readonly group: string;
  /** Capacity units that it takes, as AWS lists them. */
  readonly capacity: number;
}

/** Refuses an address that asks too often. */
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
  /** Number of apps, each of which is checked by itself. */
  readonly apps: number;
  /** Time from one health check of an app to the next, seconds. */
  readonly checkIntervalSeconds: number;
}

/** Path below which health checks ask. */
export const healthPrefix = "/healthz/";

/** Capacity units of a web ACL that cost nothing extra; WAF takes 5,000 at most. */
export const includedCapacity = 1500;

const window = 300;

/** By the developer guide: 2 units for a rate rule, 2 for a prefix, 10 for each of its two transformations. */
const rateCapacity = 2 + 2 + 2 * 10;

/** How many times what one of Route 53's checkers asks is still let through on the checks' path. */
const healthMargin = 10;

/** The least that WAF accepts as a limit. */
const leastLimit = 10;

const managed = (name: string, group: string, capacity: number): ManagedRule => ({
  kind: "managed",
  name,
  group: `AWSManagedRules${group}`,
  capacity,
});

/**
 * Rules before Argo CD. Without the groups that look through bodies: those refuse what is above 8 KB, and messages of a push are
 * often longer, as are manifests. Each is signed by the git server, or comes from who has signed on.
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
 * Rules for one region. Health checks come from few addresses and ask for every app, so the more apps there are the more
 * they would look like an attack: they are not counted with the rest. Lest their path be a way past the rate rule, it has
 * a rule of its own, at ten times what a checker asks.
 */
export function planFirewall(input: FirewallInput): FirewallPlan {
  const { environment, region, requestsPerFiveMinutes, apps, checkIntervalSeconds } = input;
  const asked = (apps * window) / checkIntervalSeconds;
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
      // It refuses bodies above 8 KB, too: more than that it could not look through.
      managed("common", "CommonRuleSet", 700),
      managed("sql-injection", "SQLiRuleSet", 200),
    ],
    logGroup: `aws-waf-logs-${awsName(environment, region)}`,
    logDays: 30,
    redactedHeaders: ["authorization", "cookie"],
  };
}
