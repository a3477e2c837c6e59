import * as assert from "node:assert/strict";
import { planAws } from "../../../../infra/providers/aws/plan";
import { awsPlanOf } from "../../../support/aws/plan";

const today = "2026-06-01";
const digest = `sha256:${"0a".repeat(32)}`;
const unpublished = /no digest of failback/;
const regions = ["eu-west-1", "us-east-1"];

const planned = (mode: "manual" | "automatic", images: Record<string, string> = {}) => {
  const aws = planAws(awsPlanOf(regions, {}, { failback: { mode } }), today, undefined, images);
  return { ...aws, said: aws.warnings.filter((text) => unpublished.test(text)) };
};

describe("The failback service on AWS", () => {
  it("is not planned, and nothing is said of it, while failback is manual", () => {
    const { failback, said } = planned("manual");
    assert.deepEqual([failback, said], [undefined, []]);
  });

  it("pulls its image from the hub's own region", () => {
    const { failback, global, said } = planned("automatic", { failback: digest });
    const { hosts, prefix } = global.registry;
    assert.equal(failback?.image, `${hosts["eu-west-1"]}/${prefix}failback@${digest}`);
    assert.deepEqual(said, []);
  });

  it("does not run before its image is published, which is said once", () => {
    const { failback, said } = planned("automatic", { "rollout-gate": digest });
    assert.equal(failback?.image, undefined);
    assert.equal(said.length, 1);
  });
});
