import * as assert from "node:assert/strict";
import { planFirewall } from "../../../../infra/components/gateway/firewall";
import { Firewall } from "../../../../infra/components/gateway/resources/firewall";
import { fakeProviders } from "../../../support/aws/faces";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

const region = "eu-west-1";
const plan = planFirewall({
  environment: "staging",
  region,
  requestsPerFiveMinutes: 2000,
  apps: 3,
  checkIntervalSeconds: 10,
});
const acl = `aws:wafv2/webAcl:WebAcl ${region}-firewall`;
const logs = `aws:cloudwatch/logGroup:LogGroup ${region}-firewall`;
const logging = `aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration ${region}-firewall`;
const arn = `arn:aws:wafv2:${region}:123456789012:regional/webacl/${region}-firewall/WebAcl-${region}-firewall`;

describe("Firewall", () => {
  const arns: string[] = [];
  const make = async () =>
    ownOf(
      await register(() => {
        const provider = fakeProviders([region])[region];
        assert.ok(provider);
        new Firewall(region, { plan }, { providers: [provider] }).arn.apply((text) =>
          arns.push(text),
        );
      }),
    );

  it("lets through what no rule refuses, and shows samples of every rule", async () => {
    const { inputs } = only(await make(), acl);
    const { rules, ...others } = inputs as { rules: Record<string, unknown>[] };
    const visibility = (metricName: string) => ({
      metricName,
      cloudwatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
    });
    assert.deepEqual(others, {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility("edge"),
    });
    assert.deepEqual(
      rules.map(({ name, priority }) => [name, priority]),
      plan.rules.map(({ name }, i) => [name, i]),
    );
    for (const { name, visibilityConfig } of rules)
      assert.deepEqual(visibilityConfig, visibility(String(name)));
  });

  it("refuses an address that asks too often, the checks' path counted by itself", async () => {
    const { inputs } = only(await make(), acl);
    const [rate, health] = inputs["rules"] as Record<string, unknown>[];
    const isCheck = {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: "STARTS_WITH",
        searchString: "/healthz",
        textTransformations: [
          { priority: 0, type: "URL_DECODE" },
          { priority: 1, type: "NORMALIZE_PATH" },
        ],
      },
    };
    const statement = (limit: number, scopeDownStatement: object) => ({
      rateBasedStatement: {
        aggregateKeyType: "IP",
        limit,
        evaluationWindowSec: 300,
        scopeDownStatement,
      },
    });
    assert.deepEqual(
      rate?.["statement"],
      statement(2000, { notStatement: { statement: isCheck } }),
    );
    assert.deepEqual(health?.["statement"], statement(1200, isCheck));
    for (const rule of [rate, health]) {
      assert.deepEqual(rule?.["action"], { block: { customResponse: { responseCode: 429 } } });
      assert.equal(rule?.["overrideAction"], undefined);
    }
  });

  it("has AWS's groups do what AWS has them do", async () => {
    const { inputs } = only(await make(), acl);
    const [, , ...groups] = inputs["rules"] as Record<string, unknown>[];
    assert.equal(groups.length, 4);
    const names = plan.rules.flatMap((rule) => (rule.kind === "managed" ? [rule.group] : []));
    assert.deepEqual(
      groups.map(({ action, overrideAction, statement }) => [action, overrideAction, statement]),
      names.map((name) => [
        undefined,
        { none: {} },
        { managedRuleGroupStatement: { vendorName: "AWS", name } },
      ]),
    );
  });

  it("logs what it refuses, without what clients prove themselves by", async () => {
    const all = await make();
    const name = `aws-waf-logs-meridian-staging-${region}`;
    assert.deepEqual(only(all, logs).inputs, { name, retentionInDays: 30 });
    assert.deepEqual(only(all, logging).inputs, {
      resourceArn: arn,
      logDestinationConfigs: [`arn:aws:logs:${region}:123456789012:log-group:${name}`],
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: [
              { actionCondition: { action: "BLOCK" } },
              { actionCondition: { action: "COUNT" } },
            ],
          },
        ],
      },
      redactedFields: [
        { singleHeader: { name: "authorization" } },
        { singleHeader: { name: "cookie" } },
      ],
    });
  });
});
