import assert from "node:assert/strict";
import {
  type FirewallInput,
  healthPrefix,
  includedCapacity,
  planFirewall,
} from "../../../../infra/components/gateway/firewall";
import { planRoute53 } from "../../../../infra/components/dns/route53";

const input: FirewallInput = {
  environment: "staging",
  region: "eu-west-1",
  requestsPerFiveMinutes: 10_000,
  apps: 3,
  checkIntervalSeconds: 10,
};

describe("planFirewall", () => {
  const { rules } = planFirewall(input);

  it("asks the rules of its own first, then AWS's groups", () => {
    assert.deepEqual(
      rules.map((rule) => [
        rule.name,
        rule.kind === "managed" ? rule.group : `${rule.limit} in ${rule.windowSeconds} s`,
      ]),
      [
        ["rate", "10000 in 300 s"],
        ["health-rate", "1200 in 300 s"],
        ["ip-reputation", "AWSManagedRulesAmazonIpReputationList"],
        ["known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet"],
        ["common", "AWSManagedRulesCommonRuleSet"],
        ["sql-injection", "AWSManagedRulesSQLiRuleSet"],
      ],
    );
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  it("logs where WAF may write: it takes no other prefix", () => {
    assert.match(planFirewall(input).logGroup, /^aws-waf-logs-.*staging.*eu-west-1/);
  });

  it("counts each request by one rate rule: health checks never by the one for clients", () => {
    const counted = rules.flatMap((rule) =>
      rule.kind === "rate" ? [[rule.name, rule.counts]] : [],
    );
    assert.deepEqual(counted, [
      ["rate", "others"],
      ["health-rate", "health checks"],
    ]);
    const { checks } = planRoute53({
      domain: "example.com",
      regions: ["eu-west-1"],
      apps: ["web"],
    });
    for (const { path } of checks) assert.ok(path.startsWith(healthPrefix));
  });

  it("lets ten times through what a checker asks, however many apps there are", () => {
    for (const apps of [0, 1, 7, 200])
      for (const checkIntervalSeconds of [10, 30]) {
        const plan = planFirewall({ ...input, apps, checkIntervalSeconds });
        const [rule] = plan.rules.filter(({ name }) => name === "health-rate");
        assert.ok(rule?.kind === "rate");
        assert.equal(rule.limit, (10 * (apps + 1) * 300) / checkIntervalSeconds);
      }
  });

  it("takes no more capacity than is included", () => {
    const capacity = rules.reduce((sum, rule) => sum + rule.capacity, 0);
    assert.equal(capacity, 1173);
    assert.ok(capacity <= includedCapacity);
  });
});
