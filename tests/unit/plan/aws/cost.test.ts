import * as assert from "node:assert/strict";
import type { PlatformPlan } from "../../../../infra/plan";
import { planAws } from "../../../../infra/providers/aws/plan";
import {
  type CostEstimate,
  estimateCost,
  formatCost,
} from "../../../../infra/providers/aws/account/cost";
import { type AwsPlanOptions, awsPlanOf } from "../../../support/aws/plan";
import { testDay } from "../../../support/aws/whole";
import { planOf } from "../../../support/plan";

const region = { name: "us-east-1", nodesPerZone: 2, spotPerZone: 1 };
const one = awsPlanOf([region]);
const costOf = (plan: PlatformPlan) => planAws(plan, testDay).cost;

/** Quantity and rounded price by name, in an environment with one region. */
const rowsOf = ({ items }: Pick<CostEstimate, "items">) =>
  Object.fromEntries(
    items.map(({ what, quantity, monthlyUsd }) => [what, [quantity, Math.round(monthlyUsd)]]),
  );

const rowsWith = (aws: Record<string, unknown>, options?: AwsPlanOptions) =>
  rowsOf(costOf(awsPlanOf([region], aws, options)));

describe("The estimate of an environment's cost", () => {
  it("has every part of a region", () => {
    // m7i.xlarge: 4 x 0.0504 x 730 = 147.17 a month.
    assert.deepEqual(rowsOf(costOf(one)), {
      "m7i.xlarge on demand": [6, 883],
      "m7i.xlarge spot": [3, 155],
      "EKS Auto Mode, nodes": [9, 159],
      "EKS control planes": [2, 146],
      "NAT gateways": [3, 99],
      "interface endpoints (by zone)": [18, 131],
      "load balancers": [2, 33],
      "public IPv4 addresses": [6, 22],
      "Route 53 health checks": [1, 3],
      "web ACLs": [1, 5],
      "rules of the web ACLs": [6, 6],
      "KMS keys": [1, 1],
      "Route 53 zone": [1, 1],
    });
  });

  it("adds up to the sum, the dearest first", () => {
    const { items, monthlyUsd } = costOf(one);
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

  it("depends on the number of NAT gateways, on public API servers and on the number of apps", () => {
    assert.deepEqual(rowsWith({ natGateways: "region" })["NAT gateways"], [1, 33]);
    const open = rowsWith({ apiAccess: ["203.0.113.0/24"] });
    assert.deepEqual(open["public IPv4 addresses"], [9, 33]);
    const apps = ["shop", "search"];
    assert.deepEqual(rowsWith({}, { apps })["Route 53 health checks"], [3, 9]);
  });

  it("has the ingress to Argo CD if there is one", () => {
    const sso = { issuer: "https://login.test", clientId: "argocd" };
    const ingress = rowsWith({}, { delivery: { sso } });
    assert.deepEqual(ingress["load balancers"], [3, 49]);
    assert.deepEqual(ingress["public IPv4 addresses"], [9, 33]);
    assert.deepEqual(ingress["web ACLs"], [2, 10]);
    assert.deepEqual(ingress["rules of the web ACLs"], [10, 10]);
  });

  it("counts the hub once, databases in each region, and attachments where there are any", () => {
    const plan = awsPlanOf(["us-east-1", "us-west-2"], {
      database: { minCapacity: 2, readers: 1 },
      cache: { nodeType: "cache.r7g.large", replicas: 2 },
      transitGatewayFrom: 2,
    });
    const { items } = costOf(plan);
    const quantities = (what: string) =>
      items
        .filter((each) => each.what === what)
        .map(({ region: name, quantity }) => [name, quantity]);
    for (const [what, first, second] of [
      ["EKS control planes", 2, 1],
      ["Aurora, least capacity units", 4, 2],
      ["cache.r7g.large", 3, 3],
      ["secrets", 1, 1],
      ["KMS keys", 1, 1],
      ["transit gateway attachments", 2, 2],
    ] as const)
      assert.deepEqual(
        quantities(what),
        [
          ["us-east-1", first],
          ["us-west-2", second],
        ],
        what,
      );
  });

  it("adds up the items of all components with one name in one region, by price", () => {
    const item = { region: "eu-west-1", what: "volumes", quantity: 2, unitUsd: 10 };
    const parts = ["one", "two"].map((name) => ({ name, cost: () => [item] }));
    const unused = { name: "three", isUsed: () => false, cost: () => [item] };
    const global = { ...item, region: "global" };
    const { items, monthlyUsd } = estimateCost(
      awsPlanOf(["eu-west-1"]),
      [global, { ...item, quantity: 0, what: "nothing" }, { ...item, unitUsd: 1 }],
      [...parts, unused],
    );
    assert.deepEqual(
      items.map((each) => [each.region, each.quantity, Math.round(each.monthlyUsd * 100)]),
      [
        ["eu-west-1", 4, 4440],
        ["global", 2, 2000],
        ["eu-west-1", 2, 222],
      ],
    );
    assert.equal(Math.round(monthlyUsd * 100), 6662);
  });

  it("says what it guessed, and guesses dear", () => {
    const odd = costOf(
      awsPlanOf([{ name: "af-south-1", node: { instanceType: "x9z.xlarge" } }], {
        cache: { nodeType: "cache.x9z.large" },
      }),
    );
    assert.deepEqual(
      odd.guesses.map((guess) => guess.split(" ")[0]),
      ["af-south-1", "x9z.xlarge", "cache.x9z.large"],
    );
    assert.ok(odd.monthlyUsd > costOf(one).monthlyUsd);
    assert.deepEqual(costOf(one).guesses, []);
  });

  it("is not made for an environment on this machine", () => {
    assert.throws(() => estimateCost(planOf([{ name: "eu-west-1" }]), []), RangeError);
  });

  it("is formatted as lines, above the budget with a warning", () => {
    const estimate = costOf(one);
    const lines = formatCost(estimate, 100).split("\n");
    assert.equal(lines[0], "Estimate at rest: $1,643 a month (list prices of 2025-11)");
    assert.equal(lines[1], "  m7i.xlarge on demand               $883");
    assert.ok(lines.includes("! That is above the budget of $100: aws.budget.monthlyUsd."));
    assert.match(lines.at(-1) ?? "", /^Not in it: data sent/);
    assert.doesNotMatch(formatCost(estimate, 2000), /above the budget|Guessed/);
  });
});
