import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { cpuMillicores, memoryBytes } from "../../../../infra/config/quantity";
import { instanceTypeDiagnostic, instanceRequirements } from "../../../../infra/catalog/instances";
import {
  growthFactor,
  planHubNodePools,
  planNodePools,
  spotTaint,
} from "../../../../infra/providers/aws/cluster/nodePools";
import { awsPlan } from "./clusterSample";

const poolsOf = (region: Record<string, unknown>, aws?: Record<string, unknown>) => {
  const sample = awsPlan({
    regions: [{ name: "eu-west-1", ...region }, { name: "us-east-1" }],
    ...(aws === undefined ? {} : { aws }),
  });
  const [first] = sample.plan.regions;
  assert.ok(first);
  return planNodePools(sample.plan, first, sample.aws);
};

describe("A region's pools", () => {
  it("are few kinds of instances on demand, and more to choose from on spot", () => {
    const [base, spot, ...others] = poolsOf({ nodesPerZone: 3, spotPerZone: 2 });
    assert.ok(base && spot);
    assert.deepEqual(others, []);
    const values = (pool: typeof base, key: string) =>
      pool.requirements.find((each) => each.key === `eks.amazonaws.com/${key}`)?.values ?? [];
    for (const key of ["instance-category", "instance-size"]) {
      const few = values(base, key);
      assert.ok(few.length > 0 && few.length < values(spot, key).length, key);
      for (const value of few) assert.ok(values(spot, key).includes(value), value);
    }
  });

  it("are on demand only where no node is spot", () => {
    assert.deepEqual(
      poolsOf({ nodesPerZone: 2, spotPerZone: 0 }).map(({ name }) => name),
      ["on-demand"],
    );
  });

  it("have ARM where it is allowed", () => {
    for (const pool of poolsOf({}, { architectures: ["arm64", "amd64"] }))
      assert.deepEqual(pool.requirements.find(({ key }) => key === "kubernetes.io/arch")?.values, [
        "arm64",
        "amd64",
      ]);
  });

  it("prefer spot, can hold everything on demand, span all zones, and renew in time", () => {
    const shape = fc.record({
      nodesPerZone: fc.integer({ min: 1, max: 20 }),
      instanceType: fc.constantFrom("m7i.xlarge", "c7g.large", "r6a.4xlarge", "t3.medium"),
      cpu: fc.integer({ min: 2, max: 64 }),
    });
    fc.assert(
      fc.property(shape, fc.nat(20), ({ nodesPerZone, instanceType, cpu }, spot) => {
        const spotPerZone = spot % nodesPerZone;
        const node = { instanceType, cpu, memory: "16Gi", pods: 110 };
        const pools = poolsOf({ nodesPerZone, spotPerZone, node });
        const [base, second] = pools;
        assert.ok(base);
        assert.equal(second === undefined, spotPerZone === 0);
        assert.equal(cpuMillicores(base.limits.cpu), 3 * nodesPerZone * cpu * 1000 * growthFactor);
        assert.equal(
          memoryBytes(base.limits.memory),
          3 * nodesPerZone * 16 * 2 ** 30 * growthFactor,
        );
        assert.deepEqual(base.taints, []);
        if (second !== undefined) {
          assert.ok(second.weight > base.weight);
          assert.deepEqual(second.taints, [spotTaint]);
        }
        for (const pool of pools) {
          const values = (key: string) =>
            pool.requirements.filter((each) => each.key === key).flatMap((each) => each.values);
          assert.deepEqual(values("karpenter.sh/capacity-type"), [pool.name]);
          assert.equal(values("topology.kubernetes.io/zone").length, 3);
          assert.ok(values("eks.amazonaws.com/instance-size").length > 0);
          const hours = [pool.expireAfter, pool.terminationGracePeriod].map((each) =>
            Number(/^(\d+)h$/.exec(each)?.[1]),
          );
          assert.ok(hours.reduce((sum, each) => sum + each) <= 21 * 24);
          for (const { nodes } of pool.disruption.budgets) assert.notEqual(nodes, "100%");
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("The hub's pool", () => {
  it("is one, on demand, untainted, of nodes like its home region's, one a zone and as much again", () => {
    const { plan, aws } = awsPlan({
      regions: [
        { name: "eu-west-1" },
        { name: "us-east-1", role: "hub", nodesPerZone: 5, spotPerZone: 4 },
      ],
    });
    const pools = planHubNodePools(plan, aws);
    assert.deepEqual(
      pools.map(({ name, taints, limits }) => [name, taints, limits]),
      [["on-demand", [], { cpu: "24000m", memory: "98304Mi" }]],
    );
    const zones = pools[0]?.requirements.find(({ key }) => key.endsWith("/zone"))?.values;
    assert.deepEqual(zones, ["us-east-1a", "us-east-1b", "us-east-1c"]);
  });
});

describe("A pool's instances", () => {
  const values = (type: string, choice: "narrow" | "wide") =>
    instanceRequirements(type, choice).map((each) => [each.key.split("-").at(-1), each.values]);

  it("stay near what the region names", () => {
    assert.deepEqual(values("c6gn.medium", "narrow"), [
      ["category", ["c"]],
      ["generation", ["4"]],
      ["size", ["medium", "large"]],
    ]);
    assert.deepEqual(values("r8g.48xlarge", "wide"), [
      ["category", ["m", "r"]],
      ["generation", ["6"]],
      ["size", ["32xlarge", "48xlarge"]],
    ]);
    assert.deepEqual(values("m7i-flex.medium", "wide")[2], ["size", ["medium", "large"]]);
    assert.deepEqual(values("t3.large", "wide")[0], ["category", ["t"]]);
    assert.deepEqual(values("m7i.metal-24xl", "wide")[2], ["size", ["metal-24xl"]]);
  });

  it("are just these where the type is bought for what is special about it", () => {
    assert.deepEqual(values("g5.xlarge", "wide"), [
      ["family", ["g5"]],
      ["size", ["xlarge"]],
    ]);
    assert.deepEqual(values("odd", "narrow"), [["type", ["odd"]]]);
  });

  it("that Auto Mode does not make are told of", () => {
    assert.equal(instanceTypeDiagnostic("m7i.xlarge"), undefined);
    assert.equal(instanceTypeDiagnostic("g5.12xlarge"), undefined);
    assert.equal(
      instanceTypeDiagnostic("t3.small"),
      "EKS Auto Mode makes no small instances. Write t3.large or larger.",
    );
    assert.match(instanceTypeDiagnostic("large") ?? "", /^large is no instance type/);
  });
});
