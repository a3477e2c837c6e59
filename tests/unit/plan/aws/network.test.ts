import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, overlap } from "../../../../infra/config/cidr";
import {
  type EndpointPlan,
  type RegionNetworkPlan,
  subnetsOf,
} from "../../../../infra/providers/aws/network/network";
import { tiers } from "../../../../infra/providers/aws/network/subnets";
import { anyAws, anyRegions, networksOf, rangeOf, threeRegions, twoRegions } from "./networkSample";

/** The first region's network. */
function networkOf(
  aws: Record<string, unknown> = {},
  region: Record<string, unknown> = {},
): RegionNetworkPlan {
  const [network] = networksOf(
    [{ name: "eu-west-1", ...region }, { name: "us-east-1" }],
    aws,
  ).networks;
  assert.ok(network);
  return network;
}

describe("a region's network", () => {
  it("tags subnets so that load balancers and nodes find them", () => {
    const role = { public: "kubernetes.io/role/elb", private: "kubernetes.io/role/internal-elb" };
    for (const { tier, tags } of networkOf().subnets) {
      assert.equal(tags["meridian.dev/tier"], tier);
      assert.equal(tags["meridian.dev/environment"], "test");
      for (const [of, key] of Object.entries(role))
        assert.equal(tags[key], of === tier ? "1" : undefined, `${key} on ${tier}`);
    }
  });

  it("has one NAT gateway for all zones where the environment saves, and no paid endpoint", () => {
    const { natGateways, routeTables, endpoints } = networkOf({ natGateways: "region" });
    assert.deepEqual(natGateways, [{ name: "eu-west-1-nat-a", subnet: "eu-west-1-public-a" }]);
    for (const { tier, wayOut } of routeTables)
      if (tier === "private") assert.deepEqual(wayOut, { kind: "nat", gateway: "eu-west-1-nat-a" });
    assert.deepEqual(endpoints.map(serviceOf), ["gateway s3", "gateway dynamodb"]);
  });

  it("reaches what nodes and pods need of AWS by endpoints of its own", () => {
    const { endpoints } = networkOf({ natGateways: "zone" });
    assert.deepEqual(endpoints.map(serviceOf), [
      "gateway s3",
      "gateway dynamodb",
      "interface ecr.api",
      "interface ecr.dkr",
      "interface eks-auth",
      "interface logs",
      "interface secretsmanager",
      "interface sts",
    ]);
    const zones = ["a", "b", "c"].map((zone) => `eu-west-1-private-${zone}`);
    for (const endpoint of endpoints)
      assert.deepEqual(
        endpoint.kind === "gateway" ? endpoint.routeTables : endpoint.subnets,
        zones,
      );
    assert.equal(endpoints[2]?.name, "eu-west-1-ecr-api");
  });

  it("changes for a region that joins in nothing but the rules that let it in", () => {
    const before = networksOf(twoRegions).networks;
    const after = networksOf(threeRegions).networks;
    for (const [index, network] of before.entries()) {
      const { securityGroups, ...rest } = network;
      const { securityGroups: groups, ...others } = after[index] ?? network;
      assert.deepEqual(others, rest);
      for (const [which, group] of securityGroups.entries()) {
        const rules = groups[which]?.rules ?? [];
        assert.deepEqual(
          rules.filter(({ name }) => !name.includes("ap-southeast-1")),
          group.rules,
        );
      }
    }
  });
});

describe("networks of any environment", () => {
  it("have every subnet in exactly one route table", () => {
    everyNetwork(({ subnets, routeTables }) => {
      const placed = routeTables.flatMap((table) => table.subnets);
      assert.deepEqual([...placed].sort(), subnets.map(({ name }) => name).sort());
    });
  });

  it("have as many subnets of each tier in every zone", () => {
    everyNetwork(({ subnets }) => {
      const zones = new Set(subnets.map(({ zone }) => zone));
      assert.equal(zones.size, 3);
      for (const tier of tiers)
        assert.deepEqual(new Set(subnetsOf(subnets, tier).map(({ zone }) => zone)), zones);
    });
  });

  it("lead isolated subnets nowhere, and no node or pod to the internet but through NAT", () => {
    everyNetwork(({ subnets, routeTables }) => {
      for (const { tier, wayOut, subnets: names } of routeTables) {
        const kinds = { public: "internet", private: "nat", isolated: "none" } as const;
        assert.equal(wayOut.kind, kinds[tier]);
        for (const name of names) {
          const subnet = subnets.find((each) => each.name === name);
          assert.ok(
            subnet && (subnet.tier === tier || (subnet.tier === "pods" && tier === "private")),
          );
        }
      }
    });
  });

  it("send each zone through its own NAT gateway where there is one for each", () => {
    everyNetwork(({ subnets, natGateways, routeTables }) => {
      if (natGateways.length === 1) return;
      const zoneOf = (name: string | undefined) => subnets.find((each) => each.name === name)?.zone;
      for (const { wayOut, subnets: names } of routeTables) {
        if (wayOut.kind !== "nat") continue;
        const gateway = natGateways.find(({ name }) => name === wayOut.gateway);
        for (const name of names) assert.equal(zoneOf(gateway?.subnet), zoneOf(name));
      }
    });
  });

  it("never share an address, within a region or over regions", () => {
    fc.assert(
      fc.property(anyRegions, anyAws, (entries, aws) => {
        const { networks, regions } = networksOf(entries, aws);
        const subnets = networks.flatMap((network) => network.subnets);
        const services = regions.map(({ network }) => network.services);
        const ranges = [...subnets.map(({ cidr }) => cidr), ...services].map(rangeOf);
        for (const [index, one] of ranges.entries())
          for (const other of ranges.slice(index + 1)) assert.ok(!overlap(one, other));
      }),
      { numRuns: 50 },
    );
  });

  it("hold every subnet in the VPC's range or in the range for pods that it names", () => {
    everyNetwork(({ vpc, subnets }) => {
      for (const { cidr, podBlock, tier } of subnets) {
        const block = vpc.podBlocks.find(({ name }) => name === podBlock);
        assert.equal(block !== undefined, tier === "pods");
        assert.ok(contains(rangeOf(block?.cidr ?? vpc.cidr), rangeOf(cidr)));
      }
    });
  });

  it("give no two parts of a kind one name", () => {
    fc.assert(
      fc.property(anyRegions, anyAws, (entries, aws) => {
        const { networks } = networksOf(entries, aws);
        const kinds = [
          networks.flatMap(({ subnets }) => subnets),
          networks.flatMap(({ routeTables }) => routeTables),
          networks.flatMap(({ natGateways }) => natGateways),
          networks.flatMap(({ endpoints }) => endpoints),
          networks.flatMap(({ securityGroups }) => securityGroups),
          networks.flatMap(({ securityGroups }) => securityGroups.flatMap(({ rules }) => rules)),
          networks.flatMap(({ vpc }) => vpc.podBlocks),
        ];
        for (const parts of kinds)
          assert.equal(new Set(parts.map(({ name }) => name)).size, parts.length);
      }),
      { numRuns: 50 },
    );
  });
});

function everyNetwork(check: (network: RegionNetworkPlan) => void): void {
  fc.assert(
    fc.property(anyRegions, anyAws, (entries, aws) =>
      networksOf(entries, aws).networks.forEach(check),
    ),
    { numRuns: 50 },
  );
}

function serviceOf({ kind, service }: EndpointPlan): string {
  assert.ok(service.startsWith("com.amazonaws.eu-west-1."));
  return `${kind} ${service.replace("com.amazonaws.eu-west-1.", "")}`;
}
