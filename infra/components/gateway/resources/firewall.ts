import type * as aws from "@pulumi/aws";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";
import { type FirewallPlan, type FirewallRule, healthPrefix, type RateRule } from "../firewall";

export interface FirewallArgs {
  readonly plan: FirewallPlan;
}

/** The firewall of a region's edge. */
export class Firewall extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { plan }: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Firewall", name, {}, opts);
    const child = { parent: this };
    const acl = new wafv2.WebAcl(
      `${name}-firewall`,
      {
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        visibilityConfig: visibility("edge"),
        rules: plan.rules.map(ruleOf),
      },
      child,
    );
    const logs = new cloudwatch.LogGroup(
      `${name}-firewall`,
      { name: plan.logGroup, retentionInDays: plan.logDays },
      child,
    );
    new wafv2.WebAclLoggingConfiguration(
      `${name}-firewall`,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [logs.arn],
        // The load balancer's access log contains the allowed requests.
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
        redactedFields: plan.redactedHeaders.map((header) => ({ singleHeader: { name: header } })),
      },
      child,
    );
    this.arn = acl.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

type WebAclRule = aws.types.input.wafv2.WebAclRule;

/** Converts a rule of the plan to WAF's arguments. */
export function ruleOf(rule: FirewallRule, priority: number): WebAclRule {
  const { name } = rule;
  const visibilityConfig = visibility(name);
  switch (rule.kind) {
    case "managed":
      return {
        name,
        priority,
        // Each rule of the group has AWS's action.
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name: rule.group } },
        visibilityConfig,
      };
    case "rate":
      return {
        name,
        priority,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: {
          rateBasedStatement: {
            aggregateKeyType: "IP",
            limit: rule.limit,
            evaluationWindowSec: rule.windowSeconds,
            scopeDownStatement: scopeOf(rule),
          },
        },
        visibilityConfig,
      };
  }
}

/** Matches the path as the gateway interprets it: another encoding of the path does not bypass a rule. */
function scopeOf({ counts }: RateRule) {
  const isCheck = {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: "STARTS_WITH",
      searchString: healthPrefix,
      textTransformations: [
        { priority: 0, type: "URL_DECODE" },
        { priority: 1, type: "NORMALIZE_PATH" },
      ],
    },
  };
  return counts === "health checks" ? isCheck : { notStatement: { statement: isCheck } };
}

function visibility(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
