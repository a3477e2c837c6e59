import assert from "node:assert/strict";
import fc from "fast-check";
import { planOf, threeRegions } from "../../support/plan";

describe("regions", () => {
  it("become clusters, zones and nodes", () => {
    const [region] = planOf(threeRegions).regions;
    assert.ok(region);
    assert.equal(region.clusterName, "eu-west-1");
    assert.equal(region.role, "hub");
    assert.deepEqual(
      region.zones.map(({ name }) => name),
      ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    );
    assert.deepEqual(region.labels, {
      "meridian.dev/environment": "test",
      "meridian.dev/provider": "local",
      "meridian.dev/region": "eu-west-1",
      "meridian.dev/role": "hub",
      "topology.kubernetes.io/region": "eu-west-1",
    });
    assert.deepEqual(region.nodes[0], {
      name: "eu-west-1a-0",
      region: "eu-west-1",
      zone: "eu-west-1a",
      capacityType: "spot",
      instanceType: "m7i.xlarge",
      labels: {
        "kubernetes.io/hostname": "eu-west-1a-0",
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "eu-west-1",
        "topology.kubernetes.io/zone": "eu-west-1a",
        "node.kubernetes.io/instance-type": "m7i.xlarge",
        "karpenter.sh/capacity-type": "spot",
      },
      allocatable: { cpu: "4000m", memory: "16Gi", pods: "110" },
      taints: [],
    });
  });

  it("know Graviton by its name", () => {
    const arch = (instanceType: string) =>
      planOf([{ name: "eu-west-1", node: { instanceType } }]).regions[0]?.nodes[0]?.labels[
        "kubernetes.io/arch"
      ];
    assert.deepEqual(["m7g.large", "c6gn.xlarge", "g5.xlarge", "g4dn.xlarge"].map(arch), [
      "arm64",
      "arm64",
      "amd64",
      "amd64",
    ]);
  });

  const shape = fc.record({
    zones: fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 1 }),
    nodesPerZone: fc.integer({ min: 1, max: 6 }),
  });

  it("have the nodes they were given, each zone with one that is not spot, no name twice", () => {
    fc.assert(
      fc.property(shape, fc.nat(5), (given, spot) => {
        const spotPerZone = spot % given.nodesPerZone;
        const entries = threeRegions.map((region) => ({ ...region, ...given, spotPerZone }));
        const { regions } = planOf(entries);
        const names = regions.flatMap(({ nodes }) => nodes.map(({ name }) => name));
        assert.equal(new Set(names).size, 3 * given.zones.length * given.nodesPerZone);
        for (const { nodes } of regions.flatMap(({ zones }) => zones)) {
          const spots = nodes.filter(({ capacityType }) => capacityType === "spot");
          assert.equal(spots.length, spotPerZone);
          assert.ok(nodes.length > spots.length);
        }
      }),
    );
  });

  it("change no node they have when a zone grows", () => {
    fc.assert(
      fc.property(shape, (given) => {
        const nodes = (nodesPerZone: number) =>
          planOf([{ name: "eu-west-1", ...given, nodesPerZone, spotPerZone: 0 }]).regions[0]!.nodes;
        const grown = nodes(given.nodesPerZone + 1);
        for (const node of nodes(given.nodesPerZone))
          assert.deepEqual(
            grown.find(({ name }) => name === node.name),
            node,
          );
      }),
    );
  });
});

describe("planPlatform", () => {
  it("names the clusters, and places the hub in its region", () => {
    const plan = planOf([{ name: "eu-west-1" }, { name: "us-east-1", role: "hub" }]);
    assert.equal(plan.hub.clusterName, "hub");
    assert.equal(plan.hub.region, "us-east-1");
    assert.equal(plan.federation.clusterName, "federation");
    assert.deepEqual(plan.delivery, {
      repository: ".",
      track: { kind: "branch", branch: "HEAD" },
      overlays: "test",
      pollSeconds: 60,
      freezes: [],
    });
    assert.deepEqual(plan.warnings, []);
  });

  it("times the failover by profile", () => {
    const failover = (given: Record<string, unknown>) =>
      planOf(threeRegions, { federation: { failover: given } }).federation.failover;
    assert.deepEqual(failover({ profile: "fast" }), {
      profile: "fast",
      statusUpdateFrequencySeconds: 2,
      failureThresholdSeconds: 5,
      successThresholdSeconds: 5,
      monitorPeriodSeconds: 2,
      monitorGracePeriodSeconds: 10,
      evictionsPerSecond: 50,
    });
    assert.deepEqual(failover({ profile: "steady" }), {
      profile: "steady",
      statusUpdateFrequencySeconds: 10,
      failureThresholdSeconds: 30,
      successThresholdSeconds: 30,
      monitorPeriodSeconds: 5,
      monitorGracePeriodSeconds: 40,
      evictionsPerSecond: 5,
    });
    assert.equal(failover({ evictionsPerSecond: 20 }).evictionsPerSecond, 20);
  });

  it("warns of what is unwise, once for each, with a remedy", () => {
    const warned = (entries: Record<string, unknown>[], pattern: RegExp) => {
      const { warnings } = planOf(entries);
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0] ?? "", pattern);
    };
    const other = { name: "us-east-1" };
    warned([{ name: "eu-west-1" }], /Only one region takes replicas \(eu-west-1\).*Add a region/);
    warned([{ name: "eu-west-1", weight: 0 }, other], /Only one region .*\(us-east-1\)/);
    warned([{ name: "eu-west-1", zones: ["a", "b"] }, other], /eu-west-1 has 2 zones.*zones: \[a/);
    const small = { name: "eu-west-1", cidr: "10.80.0.0/20", nodesPerZone: 10 };
    warned([small, other], /2048 addresses for up to 3300 pods.*larger cidr/);
    const few = { ...small, nodesPerZone: 400, node: { pods: 1 } };
    warned([few, other], /1024 addresses for 1200 nodes.*larger cidr/);
  });
});
