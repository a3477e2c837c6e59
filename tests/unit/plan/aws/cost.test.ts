import * as assert from "node:assert/strict";
import {
  type CostCounts,
  estimateCost,
  formatCost,
} from "../../../../infra/providers/aws/account/cost";
import { planOf } from "../../../support/plan";
import { awsPlanOf } from "./sample";

const counts: CostCounts = {
  interfaceEndpoints: 2,
  healthChecks: 3,
  firewallRules: 4,
  doorRules: 0,
  transitGateway: false,
};

const one = awsPlanOf([{ name: "us-east-1", nodesPerZone: 2, spotPerZone: 1 }]);

const of = (plan = one, changed: Partial<CostCounts> = {}) => {
  const { items } = estimateCost(plan, { ...counts, ...changed });
  return Object.fromEntries(
    items.map(({ what, quantity, monthlyUsd }) => [what, [quantity, Math.round(monthlyUsd)]]),
  );
};

describe("The estimate of an environment's cost", () => {
  it("has every part of a region", () => {
    // m7i.xlarge: 4 x 0.0504 x 730 = 147.17 a month.
    assert.deepEqual(of(), {
      "m7i.xlarge on demand": [6, 883],
      "m7i.xlarge spot": [3, 155],
      "EKS Auto Mode, nodes": [9, 159],
      "EKS control planes": [2, 146],
      "NAT gateways": [3, 99],
      "interface endpoints (by zone)": [6, 44],
      "load balancers": [2, 33],
      "public IPv4 addresses": [6, 22],
      "Route 53 health checks": [3, 9],
      "web ACLs": [1, 5],
      "rules of the web ACLs": [4, 4],
      "KMS keys": [1, 1],
      "Route 53 zone": [1, 1],
    });
  });

  it("adds up to the sum, the dearest first", () => {
    const { items, monthlyUsd } = estimateCost(one, counts);
    const costs = items.map((each) => each.monthlyUsd);
    assert.equal(
      costs.reduce((sum, cost) => sum + cost, 0),
      monthlyUsd,
    );
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => b - a),
    );
  });

  it("knows what is saved with one gateway, and what public API servers cost", () => {
    const cheap = awsPlanOf([{ name: "us-east-1" }], { natGateways: "region" });
    assert.deepEqual(of(cheap)["NAT gateways"], [1, 33]);
    const open = awsPlanOf([{ name: "us-east-1" }], { apiAccess: ["203.0.113.0/24"] });
    assert.deepEqual(of(open)["public IPv4 addresses"], [9, 33]);
  });

  it("has the door to Argo CD where there is one", () => {
    const door = of(one, { doorRules: 3 });
    assert.deepEqual(door["load balancers"], [3, 49]);
    assert.deepEqual(door["public IPv4 addresses"], [9, 33]);
    assert.deepEqual(door["web ACLs"], [2, 10]);
    assert.deepEqual(door["rules of the web ACLs"], [7, 7]);
  });

  it("counts the hub once, databases in each region, and attachments where there are any", () => {
    const regions = [{ name: "us-east-1" }, { name: "us-west-2" }];
    const plan = awsPlanOf(regions, {
      database: { minCapacity: 2, readers: 1 },
      cache: { nodeType: "cache.r7g.large", replicas: 2 },
    });
    const { items } = estimateCost(plan, { ...counts, transitGateway: true });
    const quantities = (what: string) =>
      items.filter((each) => each.what === what).map(({ region, quantity }) => [region, quantity]);
    assert.deepEqual(quantities("EKS control planes"), [
      ["us-east-1", 2],
      ["us-west-2", 1],
    ]);
    assert.deepEqual(quantities("Aurora, least capacity units"), [
      ["us-east-1", 4],
      ["us-west-2", 2],
    ]);
    assert.deepEqual(quantities("cache.r7g.large"), [
      ["us-east-1", 3],
      ["us-west-2", 3],
    ]);
    assert.deepEqual(quantities("transit gateway attachments"), [
      ["us-east-1", 2],
      ["us-west-2", 2],
    ]);
  });

  it("says what it guessed, and guesses dear", () => {
    const odd = awsPlanOf([{ name: "af-south-1", node: { instanceType: "x9z.xlarge" } }], {
      cache: { nodeType: "cache.x9z.large" },
    });
    const { guesses, monthlyUsd } = estimateCost(odd, counts);
    assert.equal(guesses.length, 3);
    assert.ok(monthlyUsd > estimateCost(one, counts).monthlyUsd);
    assert.deepEqual(estimateCost(one, counts).guesses, []);
  });

  it("is not made for an environment on this machine", () => {
    assert.throws(() => estimateCost(planOf([{ name: "eu-west-1" }]), counts), RangeError);
  });

  it("is told in words, above the budget with a warning", () => {
    const estimate = estimateCost(one, counts);
    const lines = formatCost(estimate, 100).split("\n");
    assert.equal(lines[0], "Estimate at rest: $1,559 a month (list prices of 2025-11)");
    assert.equal(lines[1], "  m7i.xlarge on demand               $883");
    assert.ok(lines.includes("! That is above the budget of $100: aws.budget.monthlyUsd."));
    assert.match(lines.at(-1) ?? "", /^Not in it: data sent/);
    assert.doesNotMatch(formatCost(estimate, 2000), /above the budget|Guessed/);
  });
});
