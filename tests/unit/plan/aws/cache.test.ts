import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { cacheConnection, planCache } from "../../../../infra/components/cache/plan";
import { awsPlanOf, someRegions } from "../../../support/aws/plan";
import { planOf } from "../../../support/plan";

function planned(
  regions: readonly (string | Record<string, unknown>)[],
  cache: Record<string, unknown> = {},
) {
  const plan = planCache(awsPlanOf(regions, { cache }));
  assert.ok(plan);
  return plan;
}

describe("planCache", () => {
  it("plans none where none is configured", () => {
    assert.equal(planCache(awsPlanOf(["eu-west-1"])), undefined);
    assert.equal(planCache(planOf([{ name: "eu-west-1" }])), undefined);
  });

  it("fails over only where there is a replica, which stands in another zone", () => {
    const facts = (replicas: number) => {
      const [region] = planned(["eu-west-1"], { replicas }).regions;
      return [region?.failover, region?.zones.map((zone) => zone.slice(-1)).join("")];
    };
    assert.deepEqual(facts(0), [false, "a"]);
    assert.deepEqual(facts(1), [true, "ab"]);
    assert.deepEqual(facts(4), [true, "abcab"]);
  });

  it("plans a region the same whatever others there are", () => {
    fc.assert(
      fc.property(someRegions, (names) => {
        const all = planned(names).regions;
        const fewer = planned(names.slice(0, Math.max(1, names.length - 1))).regions;
        assert.deepEqual(all.slice(0, fewer.length), fewer);
      }),
    );
  });

  it("maintains the regions of production at different times", () => {
    const { regions } = planned(["eu-west-1", "us-east-1", "ap-southeast-1"]);
    assert.equal(new Set(regions.map(({ windows }) => windows.maintenance)).size, 3);
  });
});

describe("cacheConnection", () => {
  it("has the primary and the replicas", () => {
    assert.deepEqual(cacheConnection({ port: 6379 }, { writer: "m", reader: "r" }), {
      CACHE_WRITER_HOST: "m",
      CACHE_READER_HOST: "r",
      CACHE_PORT: "6379",
    });
  });
});
