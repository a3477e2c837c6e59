import assert from "node:assert/strict";
import fc from "fast-check";
import { spareCapacity } from "../../../infra/plan";
import type { Demand } from "../../../infra/plan";
import { planOf, threeRegions } from "../../support/plan";

/** Each of three regions has 24 cores, 96 GiB and room for 660 pods. */
const { regions } = planOf(threeRegions);

function demand(replicas: number, cpuMillicores: number, gib = 0): Demand {
  return { name: "web", replicas, cpuMillicores, memoryBytes: gib * 2 ** 30 };
}

describe("spareCapacity", () => {
  it("finds that two regions hold what fits in 48 cores, to the last one", () => {
    const results = spareCapacity(regions, [demand(48, 1000)]);
    assert.deepEqual(
      results,
      regions.map(({ name }) => ({ lost: name, fits: true, shortages: [] })),
    );
  });

  it("says what lacks where, and how to fix it", () => {
    const [lost] = spareCapacity(regions, [demand(48, 1100), demand(2, 0, 100)].map(named));
    assert.ok(lost && !lost.fits);
    assert.equal(lost.lost, "eu-west-1");
    assert.deepEqual(lost.shortages, [
      { region: "us-east-1", cpuMillicores: 2400, memoryBytes: 4 * 2 ** 30, pods: 0 },
      { region: "ap-southeast-1", cpuMillicores: 2400, memoryBytes: 4 * 2 ** 30, pods: 0 },
    ]);
    assert.match(lost.warning ?? "", /If eu-west-1 is lost.*us-east-1 lacks 2\.4 cores, 4096 MiB/);
    assert.match(lost.warning ?? "", /Raise nodesPerZone/);
  });

  it("counts pods too", () => {
    const [lost] = spareCapacity(regions, [demand(1400, 1)]);
    assert.deepEqual(
      lost?.shortages.map(({ pods }) => pods),
      [40, 40],
    );
  });

  it("says so when nobody is left", () => {
    const alone = planOf([{ name: "eu-west-1" }]).regions;
    assert.match(spareCapacity(alone, [demand(1, 1)])[0]?.warning ?? "", /no region is left/);
    assert.equal(spareCapacity(alone, [])[0]?.fits, true);
    const idle = planOf([{ name: "eu-west-1" }, { name: "us-east-1", weight: 0 }]).regions;
    const results = spareCapacity(idle, [demand(1, 1)]);
    assert.deepEqual(
      results.map(({ fits }) => fits),
      [false, true],
    );
  });

  it("has a warning exactly when something lacks, and more demand never fits better", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1000), fc.nat(3), (replicas, cpu, gib) => {
        const one = spareCapacity(regions, [demand(replicas, cpu, gib)]);
        const more = spareCapacity(regions, [demand(replicas + 3, cpu, gib)]);
        for (const [i, { fits, warning, shortages }] of one.entries()) {
          assert.equal(fits, warning === undefined);
          assert.equal(fits, shortages.length === 0);
          assert.ok(fits || !more[i]?.fits);
        }
      }),
    );
  });
});

function named(each: Demand, index: number): Demand {
  return { ...each, name: `web-${index}` };
}
