import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { planRoute53, type Route53Plan } from "../../../../infra/components/dns/route53";
import { Dns } from "../../../../infra/components/dns/resources/aws";
import { byRegion, fakeProviders } from "../../../support/aws/faces";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

const regions = ["eu-west-1", "us-east-1"];
const component = "meridian:aws:Dns dns";
const recordType = "aws:route53/record:Record";
const checkType = "aws:route53/healthCheck:HealthCheck";
const planOf = (weights = {}) =>
  planRoute53({ domain: "example.com", regions, apps: ["web"], weights });

const make = async (plan: Route53Plan, known: readonly string[] = regions) =>
  ownOf(
    await register(() => {
      const provider = fakeProviders(["eu-west-1"])["eu-west-1"];
      assert.ok(provider);
      const edges = byRegion(known, (region) => ({
        dnsName: pulumi.output(`${region}.elb.test`),
        zoneId: pulumi.output(`Z-${region}`),
      }));
      new Dns("dns", { plan, zoneId: "Z1", edges }, { providers: [provider] });
    }),
  );

describe("Dns", () => {
  it("registers exactly the plan's records and checks, through the hub's region", async () => {
    const plan = planOf({ "eu-west-1": 30 });
    const all = await make(plan);
    assert.deepEqual(
      all.filter(({ custom }) => custom).map(({ id }) => id),
      [
        ...plan.checks.map(({ key }) => `${checkType} ${key}`),
        ...plan.records.map(({ key }) => `${recordType} ${key}`),
      ].sort(),
    );
    assert.equal(all.filter(({ type }) => type === recordType).length, 2 + 2 * (2 + 2 + 4));
    for (const { id, custom, parent, provider } of all)
      if (custom) assert.deepEqual([parent, provider], [component, "eu-west-1"], id);
  });

  it("asks each region for each app, by the region's own name", async () => {
    const all = await make(planOf());
    for (const region of regions)
      assert.deepEqual(only(all, `${checkType} web.${region}`).inputs, {
        type: "HTTPS",
        fqdn: `${region}.example.com`,
        enableSni: true,
        port: 443,
        resourcePath: "/healthz/web",
        requestInterval: 10,
        failureThreshold: 3,
        tags: { Name: `web.${region}` },
      });
  });

  it("writes each kind of record in Route 53's own form", async () => {
    const plan = planOf({ "eu-west-1": 30 });
    const all = await make(plan);
    const inputs = (what: (typeof plan.records)[number] | undefined) =>
      only(all, `${recordType} ${what?.key}`).inputs;
    const found = (test: (record: (typeof plan.records)[number]) => boolean) =>
      plan.records.find(test);
    const base = { zoneId: "Z1", type: "A" };
    const toRegion = (region: string, evaluateTargetHealth: boolean) => ({
      aliases: [{ name: `${region}.elb.test`, zoneId: `Z-${region}`, evaluateTargetHealth }],
    });
    const toName = (name: string) => ({
      aliases: [{ name, zoneId: "Z1", evaluateTargetHealth: true }],
    });
    assert.deepEqual(inputs(found(({ key }) => key === "us-east-1")), {
      ...base,
      name: "us-east-1.example.com",
      ...toRegion("us-east-1", false),
    });
    const latency = found(({ key }) => key === "web.eu-west-1");
    assert.ok(latency?.target.kind === "name");
    assert.deepEqual(inputs(latency), {
      ...base,
      name: "web.example.com",
      setIdentifier: "eu-west-1",
      latencyRoutingPolicies: [{ region: "eu-west-1" }],
      ...toName(latency.target.name),
    });
    const weighted = found(({ setIdentifier }) => setIdentifier === "with eu-west-1");
    assert.ok(weighted?.target.kind === "name");
    assert.deepEqual(inputs(weighted), {
      ...base,
      name: latency.target.name,
      setIdentifier: "with eu-west-1",
      weightedRoutingPolicies: [{ weight: 30 }],
      ...toName(weighted.target.name),
    });
    for (const [role, region] of [
      ["PRIMARY", "eu-west-1"],
      ["SECONDARY", "us-east-1"],
    ] as const) {
      const pair = found(
        ({ name, routing }) =>
          name === (weighted.target.kind === "name" && weighted.target.name) &&
          routing.kind === "failover" &&
          routing.role === role,
      );
      assert.deepEqual(inputs(pair), {
        ...base,
        name: weighted.target.name,
        setIdentifier: role === "PRIMARY" ? region : "otherwise",
        failoverRoutingPolicies: [{ type: role }],
        healthCheckId: `HealthCheck-web.${region}`,
        ...toRegion(region, true),
      });
    }
  });

  it("makes a name before whatever leads to it, and takes it away after", async () => {
    const plan = planOf({ "eu-west-1": 30, "us-east-1": 60 });
    const all = await make(plan);
    for (const { key, target } of plan.records) {
      if (target.kind !== "name") continue;
      const { dependsOn } = only(all, `${recordType} ${key}`);
      const behind = plan.records.filter(({ name }) => name === target.name);
      assert.ok(behind.length > 0);
      for (const record of behind)
        assert.ok(dependsOn.includes(`${recordType} ${record.key}`), `${key}: ${record.key}`);
    }
  });

  it("is refused a region that has no edge", async () => {
    await assert.rejects(make(planOf(), ["eu-west-1"]), /there is no edge in us-east-1/);
  });
});
