import assert from "node:assert/strict";
import fc from "fast-check";
import type { ConnectionsPlan } from "../../../../infra/providers/aws/network/connections";
import { type NetworksPlan, anyAws, anyRegions, networksOf, threeRegions } from "./networkSample";

const pairs = (regions: number) => (regions * (regions - 1)) / 2;

describe("connections", () => {
  it("are none for one region", () => {
    const { connections } = networksOf([{ name: "eu-west-1" }]);
    assert.deepEqual(connections, { kind: "peering", peerings: [], routes: [] });
  });

  it("are transit gateways from the given number of regions on, one in each", () => {
    assert.equal(networksOf(threeRegions, { transitGatewayFrom: 4 }).connections.kind, "peering");
    const { connections } = networksOf(threeRegions, { transitGatewayFrom: 3 });
    assert.ok(connections.kind === "transit");
    assert.deepEqual(
      connections.gateways.map(({ region }) => region),
      threeRegions.map(({ name }) => name),
    );
  });

  it("lead through transit gateways by routes of the same names, so that none is made anew", () => {
    fc.assert(
      fc.property(anyRegions, (entries) => {
        const peered = networksOf(entries, { transitGatewayFrom: 20 }).connections;
        const transit = networksOf(entries, { transitGatewayFrom: 2 }).connections;
        assert.deepEqual(transit.routes, peered.routes);
      }),
      { numRuns: 50 },
    );
  });

  it("of any environment join each two regions once, and route every range both ways", () => {
    fc.assert(
      fc.property(anyRegions, anyAws, (entries, aws) => {
        const plan = networksOf(entries, aws);
        const { connections, regions } = plan;
        assert.equal(connections.peerings.length, pairs(regions.length));
        for (const from of regions)
          for (const to of regions.filter(({ name }) => name !== from.name)) {
            const { vpc, pods } = to.network;
            for (const tier of ["private", "isolated", "public"] as const)
              assert.deepEqual(
                [...destinationsOf(plan, from.name, tier, to.name)].sort(),
                { private: [pods, vpc].sort(), isolated: [pods], public: [] }[tier],
              );
            if (connections.kind !== "transit") continue;
            const own = connections.transitRoutes.filter(
              ({ region, peering }) => region === from.name && peering.includes(to.name),
            );
            assert.deepEqual(
              new Set(own.map(({ destination }) => destination)),
              new Set([vpc, pods]),
            );
          }
      }),
      { numRuns: 50 },
    );
  });

  it("stay as they are when a region joins, whatever is new is the region's own", () => {
    fc.assert(
      fc.property(anyRegions, fc.nat(), fc.constantFrom(2, 20), (entries, which, from) => {
        // With 2, every environment but that of one region has transit gateways.
        fc.pre(entries.length > 2);
        const joining = entries[which % entries.length]?.name ?? "";
        const before = networksOf(
          entries.filter(({ name }) => name !== joining),
          { transitGatewayFrom: from },
        ).connections;
        const after = networksOf(entries, { transitGatewayFrom: from }).connections;
        const kept = partsOf(after).filter(
          (part) => !part.includes(`"${joining}"`) && !mentions(part, joining, entries),
        );
        assert.deepEqual(kept.sort(), partsOf(before).sort());
      }),
      { numRuns: 50 },
    );
  });
});

/** Where a tier's tables of one region lead, to another; every table of the tier the same. */
function destinationsOf(plan: NetworksPlan, from: string, tier: string, to: string): Set<string> {
  const tables = plan.networks
    .find(({ region }) => region === from)
    ?.routeTables.filter((table) => table.tier === tier);
  const all = (tables ?? []).map(
    ({ name }) =>
      new Set(
        plan.connections.routes
          .filter(
            ({ name: route, routeTable }) => routeTable === name && route.includes(`-to-${to}-`),
          )
          .map(({ destination }) => destination),
      ),
  );
  for (const each of all) assert.deepEqual(each, all[0]);
  return all[0] ?? new Set();
}

/** Every part on its own, as text. */
function partsOf(plan: ConnectionsPlan): string[] {
  const transit = plan.kind === "transit" ? [...plan.gateways, ...plan.transitRoutes] : [];
  return [...plan.peerings, ...plan.routes, ...transit].map((part) => JSON.stringify(part));
}

/** Whether a part belongs to a pair that the region is in. */
function mentions(part: string, region: string, entries: readonly { name: string }[]): boolean {
  const { peering, name } = JSON.parse(part) as { peering?: string; name: string };
  return entries.some(
    (other) =>
      other.name !== region &&
      [`${region}-${other.name}`, `${other.name}-${region}`].includes(peering ?? name),
  );
}
