import assert from "node:assert/strict";
import { streamingCost } from "../../../../infra/components/streaming/cost";
import { awsPlanOf } from "../../../support/aws/plan";
import { topics } from "./sample";

const items = (regions: readonly string[], streaming?: Record<string, unknown>) =>
  streamingCost(awsPlanOf(regions, {}, streaming && { streaming }));

describe("the cost of streaming", () => {
  it("is nothing without it", () => {
    assert.deepEqual(items(["eu-west-1"]), []);
  });

  it("has the volumes of all brokers, and a load balancer where there is another region", () => {
    const quantities = (regions: readonly string[]) =>
      items(regions, { topics, brokers: 4, storage: "50Gi" }).map(
        ({ region, what, quantity }) => `${region}: ${quantity} ${what}`,
      );
    assert.deepEqual(quantities(["eu-west-1"]), [
      "eu-west-1: 200 GiB of volumes of Kafka",
      "eu-west-1: 0 load balancers",
      "eu-west-1: 3 secrets",
    ]);
    assert.ok(quantities(["eu-west-1", "us-east-1"]).includes("us-east-1: 1 load balancers"));
  });
});
