import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, overlap, size } from "../../../../infra/config/cidr";
import { allocateSubnets } from "../../../../infra/plan/addresses";
import {
  type CarvedSubnet,
  carveSubnets,
  podBlocks,
  tiers,
  zoneSlotsOf,
} from "../../../../infra/providers/aws/network/subnets";
import { rangeOf } from "./networkSample";

/** Every size of range that a region may have. */
const regionCidr = fc.integer({ min: 14, max: 20 }).map((prefix) => `172.20.0.0/${prefix}`);

const firstFour = ["a", "b", "c", "d"];
const letters = [...firstFour, "e", "f"];
const upToFour = fc.shuffledSubarray(letters, { minLength: 1, maxLength: 4 });

describe("subnets", () => {
  it("are these for a default region", () => {
    const found = carveSubnets(allocateSubnets("10.20.0.0/16"), ["a", "b", "c"]);
    assert.deepEqual(
      found.map(({ tier, zone, cidr }) => `${tier} ${zone} ${cidr}`),
      [
        "public a 10.20.160.0/23",
        "public b 10.20.162.0/23",
        "public c 10.20.164.0/23",
        "private a 10.20.128.0/21",
        "private b 10.20.136.0/21",
        "private c 10.20.144.0/21",
        "isolated a 10.20.168.0/23",
        "isolated b 10.20.170.0/23",
        "isolated c 10.20.172.0/23",
        "pods a 10.20.0.0/19",
        "pods b 10.20.32.0/19",
        "pods c 10.20.64.0/19",
      ],
    );
  });

  it("are one for each tier and zone, of one size within a tier", () => {
    fc.assert(
      fc.property(regionCidr, upToFour, (cidr, zones) => {
        const found = carveSubnets(allocateSubnets(cidr), zones);
        for (const tier of tiers) {
          const own = found.filter((subnet) => subnet.tier === tier);
          assert.deepEqual(
            own.map(({ zone }) => zone),
            zones,
          );
          assert.equal(new Set(own.map((subnet) => size(rangeOf(subnet.cidr)))).size, 1);
        }
      }),
    );
  });

  it("lie within the range of their tier, begin where their size allows, and never overlap", () => {
    fc.assert(
      fc.property(regionCidr, upToFour, (cidr, zones) => {
        const network = allocateSubnets(cidr);
        const found = carveSubnets(network, zones);
        for (const [index, subnet] of found.entries()) {
          const range = rangeOf(subnet.cidr);
          const outer = subnet.tier === "pods" ? network.pods : network.vpc;
          assert.ok(contains(rangeOf(outer), range), `${subnet.cidr} in ${outer}`);
          assert.equal(range.base % size(range), 0, subnet.cidr);
          for (const other of found.slice(index + 1))
            assert.ok(!overlap(range, rangeOf(other.cidr)), `${subnet.cidr} and ${other.cidr}`);
        }
      }),
    );
  });

  it("have sizes that AWS takes: /16 to /28, and /27 at least for load balancers", () => {
    fc.assert(
      fc.property(regionCidr, (cidr) => {
        for (const { tier, cidr: own } of carveSubnets(allocateSubnets(cidr), firstFour)) {
          const { prefix } = rangeOf(own);
          assert.ok(prefix >= 16 && prefix <= (tier === "isolated" ? 28 : 27), `${tier} ${own}`);
        }
      }),
    );
  });

  it("stay where they are when a zone joins at the end of the list", () => {
    fc.assert(
      fc.property(regionCidr, upToFour, (cidr, zones) => {
        const all = carveSubnets(allocateSubnets(cidr), zones);
        const before = carveSubnets(allocateSubnets(cidr), zones.slice(0, -1));
        assert.deepEqual(
          placesOf(before),
          placesOf(all).filter(([key]) => !key?.endsWith(zones.at(-1) ?? "")),
        );
      }),
    );
  });

  it("of the zones a to d are the same ones whichever others there are, in whatever order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(firstFour, { minLength: 1 }), (zones) => {
        for (const zone of zones)
          assert.equal(zoneSlotsOf(zones).get(zone), firstFour.indexOf(zone));
      }),
    );
  });

  it("are refused for a fifth zone, and for a text that is no range", () => {
    assert.throws(() => carveSubnets(allocateSubnets("10.20.0.0/16"), letters.slice(0, 5)), {
      name: "RangeError",
      message: "a network has room for 4 zones, not for a, b, c, d, e",
    });
    assert.throws(() => carveSubnets({ vpc: "ten", pods: "10.0.0.0/17" }, ["a"]), RangeError);
  });
});

describe("ranges for pods", () => {
  it("are one, but two for the largest region: a VPC takes no range above a /16", () => {
    assert.deepEqual(podBlocks("10.20.0.0/17"), ["10.20.0.0/17"]);
    assert.deepEqual(podBlocks("172.20.0.0/16"), ["172.20.0.0/16"]);
    assert.deepEqual(podBlocks("172.20.0.0/15"), ["172.20.0.0/16", "172.21.0.0/16"]);
  });

  it("hold each subnet for pods whole", () => {
    fc.assert(
      fc.property(regionCidr, upToFour, (cidr, zones) => {
        const network = allocateSubnets(cidr);
        const blocks = podBlocks(network.pods).map(rangeOf);
        for (const subnet of carveSubnets(network, zones).filter(({ tier }) => tier === "pods"))
          assert.equal(blocks.filter((block) => contains(block, rangeOf(subnet.cidr))).length, 1);
      }),
    );
  });
});

function placesOf(subnets: readonly CarvedSubnet[]): (readonly [string, string])[] {
  return subnets.map(({ tier, zone, cidr }) => [`${tier} ${zone}`, cidr]);
}
