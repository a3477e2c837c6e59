import assert from "node:assert/strict";
import fc from "fast-check";
import { type DnsRegion, odds, resolve } from "../../../infra/components/dns";
import {
  five,
  nameOf,
  preference,
  regionsOf,
  seeded,
  situations,
  subsets,
  weightings,
} from "./dnsSample";

type Health = ReadonlySet<string>;

/**
 * What the plan promises, written without a tree: each set of draws puts those kept first, then those passed over, then
 * those of weight 0; the first that is healthy answers, or the first of all when none is.
 */
function promised(
  regions: readonly DnsRegion[],
  location: string | undefined,
  healthy: Health,
): Map<string, number> {
  const order = preference(regions, location);
  const weight = (name: string) => regions.find((region) => region.name === name)?.weight ?? NaN;
  const chances = new Map(order.map((name) => [name, 0]));
  for (const kept of subsets(order.filter((name) => weight(name) > 0))) {
    const chance = order
      .filter((name) => weight(name) > 0)
      .reduce(
        (p, name) => (p * (kept.includes(name) ? weight(name) : 100 - weight(name))) / 100,
        1,
      );
    const passed = order.filter((name) => weight(name) > 0 && !kept.includes(name));
    const whole = [...kept, ...passed, ...order.filter((name) => weight(name) === 0)];
    const who = whole.find((name) => healthy.has(name)) ?? whole[0] ?? "";
    chances.set(who, (chances.get(who) ?? 0) + chance);
  }
  return chances;
}

function assertClose(actual: ReadonlyMap<string, number>, expected: Map<string, number>): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  for (const [name, chance] of expected)
    assert.ok(Math.abs((actual.get(name) ?? NaN) - chance) < 1e-9, `${name}: ${actual.get(name)}`);
}

const never = (): number => assert.fail("nothing is drained: no draw is needed");

describe("resolve and odds", () => {
  it("give the nearest healthy region, whatever is lost, wherever the client is", () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const regions = regionsOf(Array<number>(count).fill(100));
      const { tree } = nameOf(regions);
      const names = regions.map(({ name }) => name);
      for (const location of [...names, undefined, "elsewhere"])
        for (const healthy of subsets(names).map((some) => new Set(some))) {
          const order = preference(regions, location === "elsewhere" ? undefined : location);
          const expected = order.find((name) => healthy.has(name)) ?? order[0];
          const { region, address } = resolve(tree, { location, healthy, draw: never });
          assert.equal(region, expected);
          assert.equal(address, regions.find(({ name }) => name === region)?.address);
          assert.equal(odds(tree, { location, healthy }).get(region), 1);
        }
    }
  });

  it("keep what is promised for every loss, location and mix of drained regions", () => {
    for (const count of [1, 2, 3, 4])
      for (const weights of weightings(count, [0, 30, 100])) {
        const regions = regionsOf(weights);
        const { tree } = nameOf(regions);
        for (const location of [...five.slice(0, count), undefined])
          for (const some of subsets(five.slice(0, count))) {
            const healthy = new Set(some);
            const actual = odds(tree, { location, healthy });
            assertClose(actual, promised(regions, location, healthy));
          }
      }
  });

  it("keep it for any weights and places, and the odds add up to 1", () => {
    fc.assert(
      fc.property(situations, ({ regions, healthy, location }) => {
        const actual = odds(nameOf(regions).tree, { location, healthy });
        assertClose(actual, promised(regions, location, healthy));
        const total = [...actual.values()].reduce((sum, chance) => sum + chance, 0);
        assert.ok(Math.abs(total - 1) < 1e-9);
      }),
    );
  });

  it("never name an unhealthy region while a healthy one is there, nor one of weight 0", () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ regions, healthy, location }, seed) => {
        const { tree } = nameOf(regions);
        const { region } = resolve(tree, { location, healthy, draw: seeded(seed) });
        const live = regions.filter(({ name }) => healthy.has(name));
        if (live.length > 0) assert.ok(healthy.has(region));
        const open = live.filter(({ weight }) => weight > 0);
        if (open.length > 0) assert.ok(open.some(({ name }) => name === region));
        assert.ok((odds(tree, { location, healthy }).get(region) ?? 0) > 0);
      }),
    );
  });

  it("give a drained region exactly its weight of its own clients, the rest to the next", () => {
    for (let weight = 0; weight <= 100; weight++) {
      const regions = regionsOf([weight, 100, 100]);
      const question = { location: "eu-west-1", healthy: new Set(five) };
      const found = odds(nameOf(regions).tree, question);
      assert.equal(found.get("eu-west-1"), weight / 100);
      assert.equal(found.get("us-east-1"), (100 - weight) / 100);
      assert.equal(found.get("ap-southeast-1"), 0);
    }
  });

  it("give the first of the order when all are unhealthy", () => {
    const nobody = new Set<string>();
    const found = (weights: number[]) =>
      odds(nameOf(regionsOf(weights)).tree, { location: "us-east-1", healthy: nobody });
    assert.equal(found([100, 100]).get("us-east-1"), 1);
    assert.equal(found([100, 0]).get("eu-west-1"), 1);
    assert.equal(found([0, 0]).get("us-east-1"), 1);
    assert.equal(found([100, 25]).get("us-east-1"), 0.25);
  });

  it("agree: what is drawn comes as often as the odds say", () => {
    const draws = 2000;
    fc.assert(
      fc.property(situations, fc.nat(), ({ regions, healthy, location }, seed) => {
        const { tree } = nameOf(regions);
        const draw = seeded(seed);
        const times = new Map<string, number>();
        for (let i = 0; i < draws; i++) {
          const { region } = resolve(tree, { location, healthy, draw });
          times.set(region, (times.get(region) ?? 0) + 1);
        }
        for (const [region, chance] of odds(tree, { location, healthy })) {
          // Six standard deviations: once in half a billion.
          const spread = 6 * Math.sqrt(draws * chance * (1 - chance));
          const off = Math.abs((times.get(region) ?? 0) - draws * chance);
          assert.ok(off <= spread + 1e-6, `${region}: ${times.get(region)} of ${draws * chance}`);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it("divide among more than two by their weights, which need not add up to 100", () => {
    const branches = [1, 2, 5].map((weight, i) => ({
      identifier: `${i}`,
      weight,
      node: { kind: "answer", region: `r${i}`, address: `192.0.2.${i}` } as const,
    }));
    const node = { kind: "weighted", branches } as const;
    const healthy = new Set(["r0"]);
    const at = (drawn: number) =>
      resolve(node, { location: undefined, healthy, draw: () => drawn }).region;
    assert.deepEqual([0, 0.12, 0.13, 0.37, 0.38, 0.99].map(at), [
      "r0",
      "r0",
      "r1",
      "r1",
      "r2",
      "r2",
    ]);
    const found = odds(node, { location: undefined, healthy });
    assert.deepEqual([...found.values()], [1 / 8, 2 / 8, 5 / 8]);
  });

  it("move only the clients of a region that goes, and bring only its own when it comes", () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ regions, healthy, location }, which) => {
        const gone = regions[which % regions.length]?.name;
        const left = regions.filter(({ name }) => name !== gone);
        const place = location ?? regions[0]?.name;
        // Its own clients have to move, and so do those of no known network if it was first.
        fc.pre(left.length > 0 && place !== gone);
        const before = odds(nameOf(regions).tree, { location: place, healthy });
        const after = odds(nameOf(left).tree, { location: place, healthy });
        const freed = before.get(gone ?? "") ?? 0;
        const gains = left.map(({ name }) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
        assert.ok(gains.every((gain) => gain > -1e-9));
        const total = gains.reduce((sum, gain) => sum + gain, 0);
        assert.ok(Math.abs(total - freed) < 1e-9);
      }),
    );
  });
});

describe("the reason of an answer", () => {
  const reason = (
    weights: number[],
    location: string | undefined,
    healthy: readonly string[],
    drawn = 0,
  ) => {
    const question = { location, healthy: new Set(healthy), draw: () => drawn };
    return resolve(nameOf(regionsOf(weights)).tree, question).reason;
  };

  it("tells the place", () => {
    assert.deepEqual(reason([100, 100], "us-east-1", five), ["nearest to us-east-1"]);
    assert.deepEqual(reason([100, 100], undefined, five), [
      "in no known network: answered as nearest to eu-west-1",
    ]);
  });

  it("tells who is passed over for not being healthy, one by one", () => {
    assert.deepEqual(reason([100, 100, 100], "eu-west-1", ["ap-southeast-1"]), [
      "nearest to eu-west-1",
      "eu-west-1 is not healthy: next is us-east-1",
      "us-east-1 is not healthy: next is ap-southeast-1",
    ]);
    assert.deepEqual(reason([100, 30, 100], "eu-west-1", ["ap-southeast-1"]), [
      "nearest to eu-west-1",
      "eu-west-1 is not healthy: next is us-east-1 or ap-southeast-1",
      "drawn: with us-east-1 (30 in 100)",
      "us-east-1 is not healthy: next is ap-southeast-1",
    ]);
    assert.deepEqual(reason([100, 100], "eu-west-1", []), [
      "nearest to eu-west-1",
      "all are unhealthy: answered as if all were healthy",
    ]);
  });

  it("tells what is drained", () => {
    assert.deepEqual(reason([0, 100], "eu-west-1", five), [
      "nearest to eu-west-1",
      "eu-west-1 is drained: first is us-east-1",
    ]);
    assert.deepEqual(reason([30, 100], "eu-west-1", five, 0.29), [
      "nearest to eu-west-1",
      "drawn: with eu-west-1 (30 in 100)",
    ]);
    assert.deepEqual(reason([30, 100], "eu-west-1", five, 0.3), [
      "nearest to eu-west-1",
      "drawn: without eu-west-1 (70 in 100)",
    ]);
  });
});
