import assert from "node:assert/strict";
import fc from "fast-check";
import { type Range, contains, formatCidr, overlap, parseCidr } from "../../../infra/config/cidr";
import { knownRegions } from "../../../infra/config/addressing";
import {
  allocateSubnets,
  clusterDnsAddress,
  managementNetworks,
} from "../../../infra/plan/addresses";
import type { Network } from "../../../infra/plan/types";
import { planOf } from "../../support/plan";

/** Any set of known regions, some with a range of their own above the table. */
const regions = fc
  .uniqueArray(fc.constantFrom(...knownRegions), { minLength: 1 })
  .chain((names) =>
    fc
      .array(fc.boolean(), { minLength: names.length, maxLength: names.length })
      .map((own) =>
        names.map((name, i) => (own[i] ? { name, cidr: `10.${100 + i}.16.0/20` } : { name })),
      ),
  );

describe("addresses", () => {
  it("are carved from the region's own range", () => {
    assert.deepEqual(allocateSubnets("10.20.0.0/16"), {
      pods: "10.20.0.0/17",
      vpc: "10.20.128.0/18",
      services: "10.20.192.0/18",
    });
    assert.throws(() => allocateSubnets("ten"), RangeError);
  });

  it("never overlap, whichever regions there are", () => {
    fc.assert(
      fc.property(regions, (entries) => {
        const plan = planOf(entries);
        const networks = [plan.hub, plan.federation, ...plan.regions].map(({ network }) => network);
        assertDisjoint(networks.flatMap(ranges));
      }),
    );
  });

  it("stay where they are when a region comes or goes", () => {
    fc.assert(
      fc.property(regions, fc.nat(), (entries, which) => {
        fc.pre(entries.length > 1);
        const gone = which % entries.length;
        const before = planOf(entries).regions.filter((_, index) => index !== gone);
        const after = planOf(entries.filter((_, index) => index !== gone)).regions;
        const networks = (plans: typeof after) => plans.map(({ name, network }) => [name, network]);
        assert.deepEqual(networks(after), networks(before));
      }),
    );
  });

  it("fill the range of the region and nothing else", () => {
    const base = fc.tuple(fc.nat(255), fc.nat(15), fc.integer({ min: 16, max: 20 }));
    fc.assert(
      fc.property(base, ([second, third, prefix]) => {
        const range = aligned(10 * 2 ** 24 + second * 2 ** 16 + third * 2 ** 12, prefix);
        const parts = ranges(allocateSubnets(formatCidr(range)));
        assert.ok(parts.every((part) => contains(range, part)));
        const sizes = parts.map((part) => 2 ** (32 - part.prefix));
        assert.equal(sizes[0]! + sizes[1]! + sizes[2]!, 2 ** (32 - prefix));
        assertDisjoint(parts);
      }),
    );
  });

  it("have their DNS at the tenth address of the services, as on EKS", () => {
    assert.equal(clusterDnsAddress({ services: "10.20.192.0/18" }), "10.20.192.10");
    assert.equal(clusterDnsAddress({ services: "172.20.0.0/16" }), "172.20.0.10");
    assert.throws(() => clusterDnsAddress({ services: "none" }), RangeError);
  });

  it("of the hub and the federation are reserved", () => {
    assert.equal(managementNetworks.hub.services, "10.14.192.0/18");
    assert.equal(managementNetworks.federation.services, "10.15.192.0/18");
  });
});

function aligned(address: number, prefix: number): Range {
  return { base: address - (address % 2 ** (32 - prefix)), prefix };
}

function ranges({ vpc, pods, services }: Network): Range[] {
  return [vpc, pods, services].map((text) => {
    const range = parseCidr(text);
    assert.ok(range !== undefined && formatCidr(range) === text);
    return range;
  });
}

function assertDisjoint(all: readonly Range[]): void {
  for (const [i, one] of all.entries())
    for (const other of all.slice(i + 1))
      assert.ok(!overlap(one, other), `${formatCidr(one)} and ${formatCidr(other)}`);
}
