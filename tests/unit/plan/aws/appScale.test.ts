import assert from "node:assert/strict";
import { planRoute53, route53Warnings } from "../../../../infra/components/dns/route53";
import { appScale } from "../../../../infra/components/dns/appScale";
import { estimateCost, formatCost } from "../../../../infra/providers/aws/account/cost";
import { awsPlanOf } from "../../../support/aws/plan";

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

const ten = [
  ...["eu-west-1", "us-east-1", "ap-southeast-1", "us-west-2", "eu-central-1"],
  ...["ap-northeast-1", "sa-east-1", "ap-south-1", "ca-central-1", "ap-southeast-2"],
];

const warnings = (regions: readonly string[], apps: number) =>
  route53Warnings(planRoute53({ domain: "example.com", regions, apps: names("app-", apps) }));

describe("What an app takes of AWS", () => {
  for (const [count, records, checks] of [
    [1, 1, 1],
    [3, 15, 3],
    [10, 166, 10],
  ] as const) {
    it(`is ${records} records and ${checks} health checks over ${count} regions`, () => {
      const found = appScale(ten.slice(0, count));
      assert.deepEqual([found.records, found.checks], [records, checks]);
      assert.equal(found.monthlyUsd, 3 * checks);
    });
  }

  it("reaches a limit exactly where the plan begins to warn of it", () => {
    for (const count of [3, 10]) {
      const regions = ten.slice(0, count);
      const { limits } = appScale(regions);
      assert.equal(limits.length, 2);
      for (const [index, { apps, what }] of limits.entries()) {
        assert.equal(warnings(regions, apps).length, index, what);
        assert.equal(warnings(regions, apps + 1).length, index + 1, what);
      }
    }
  });

  it("is part of the estimate", () => {
    const plan = awsPlanOf(["eu-west-1", "us-east-1", "ap-southeast-1"].map((name) => ({ name })));
    const text = formatCost(estimateCost(plan, []), 10_000);
    assert.match(text, /^Each app: 3 health checks and 15 records of Route 53, \$9 a month\./m);
    assert.match(
      text,
      /: 65 apps \(200 health checks of an account\), 665 apps \(10000 records of a zone\)\.$/m,
    );
  });
});
