import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dnsInput,
  edgeHost,
  failoverSeconds,
  planRoute53,
  type Route53Input,
  route53Warnings,
} from "../../../../infra/components/dns/route53";
import { nearestFirst, odds, planDns, resolve } from "../../../../infra/components/dns";
import { route53Odds } from "../../../support/route53";
import { five, seeded, subsets, weightings } from "../dnsSample";

const domain = "example.com";
const three = five.slice(0, 3);

const inputOf = (others: Partial<Route53Input> = {}): Route53Input => ({
  domain,
  regions: three,
  apps: ["web"],
  ...others,
});

const weighted = (regions: readonly string[], weights: readonly number[]) =>
  Object.fromEntries(regions.map((region, i) => [region, weights[i] ?? 100]));

/** The tree of the app "web", as PowerDNS has it. */
function treeOf(input: Route53Input) {
  const [name] = planDns(dnsInput(input)).names;
  assert.ok(name);
  return name.tree;
}

const checksOf = (regions: Iterable<string>, owner = "web") =>
  new Set([...regions].map((region) => `${owner}.${region}`));

function assertSame(
  actual: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, number>,
): void {
  for (const [region, chance] of expected)
    assert.ok(Math.abs((actual.get(region) ?? 0) - chance) < 1e-9, `${region}: ${chance}`);
  const total = [...actual.values()].reduce((sum, chance) => sum + chance, 0);
  assert.ok(Math.abs(total - 1) < 1e-9, `an answer in ${total} of all cases`);
}

/** One to five regions in any order, with any weights, checks, load balancers and clients anywhere. */
const situations = fc.shuffledSubarray(five, { minLength: 1 }).chain((regions) =>
  fc.record({
    regions: fc.constant(regions),
    weights: fc.array(fc.oneof(fc.constantFrom(0, 100), fc.nat(100)), {
      minLength: regions.length,
      maxLength: regions.length,
    }),
    passing: fc.subarray(regions).map((some) => new Set(some)),
    serving: fc.oneof(
      fc.constant(new Set(regions)),
      fc.subarray(regions).map((some) => new Set(some)),
    ),
    location: fc.constantFrom("eu-west-2", "ca-central-1", "ap-south-1", ...regions),
  }),
);

describe("The records for Route 53", () => {
  it("lead straight to the region where there is only one", () => {
    const { records } = planRoute53(inputOf({ regions: ["eu-west-1"] }));
    assert.deepEqual(
      records.map(({ name, target }) => [name, target]),
      ["eu-west-1.example.com", "web.example.com", "*.example.com"].map((name) => [
        name,
        { kind: "region", region: "eu-west-1" },
      ]),
    );
  });

  it("hold a weighted set where a region is drained in part", () => {
    const input = inputOf({ regions: five.slice(0, 2), weights: { "eu-west-1": 30 } });
    const drawn = planRoute53(input).records.filter(
      ({ key, routing }) => key.startsWith("web.") && routing.kind === "weighted",
    );
    assert.deepEqual(
      drawn.map(({ setIdentifier, routing, target, check }) => [
        setIdentifier,
        routing,
        target.kind,
        check,
      ]),
      [
        ["with eu-west-1", { kind: "weighted", weight: 30 }, "name", undefined],
        ["without eu-west-1", { kind: "weighted", weight: 70 }, "name", undefined],
      ],
    );
    assert.equal(new Set(drawn.map(({ name }) => name)).size, 1);
    assert.match(drawn[0]?.name ?? "", /^_w[0-9a-f]{12}\.web\.example\.com$/);
  });

  it("answer as the plan does, for every loss, place and mix of drained regions", () => {
    for (const weights of weightings(3, [0, 30, 100])) {
      const input = inputOf({ weights: weighted(three, weights) });
      const plan = planRoute53(input);
      const tree = treeOf(input);
      for (const location of three)
        for (const some of subsets(three)) {
          const healthy = new Set(some);
          for (const [owner, name] of [
            ["web", "web.example.com"],
            ["_any", "*.example.com"],
          ] as const) {
            const question = { name, location, passing: checksOf(some, owner) };
            const actual = route53Odds(plan, { ...question, serving: new Set(three) });
            assertSame(actual, odds(tree, { location, healthy }));
          }
        }
    }
  });

  it("answer as the plan does for any weights, checks, load balancers and clients", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (situation, seed) => {
        const { regions, weights, passing, serving, location } = situation;
        const input = inputOf({ regions, weights: weighted(regions, weights) });
        const healthy = new Set([...passing].filter((region) => serving.has(region)));
        const actual = route53Odds(planRoute53(input), {
          name: "web.example.com",
          location,
          passing: checksOf(passing),
          serving,
        });
        const [nearest] = nearestFirst(location, regions);
        const question = { location: nearest, healthy };
        assertSame(actual, odds(treeOf(input), question));
        const { region } = resolve(treeOf(input), { ...question, draw: seeded(seed) });
        assert.ok((actual.get(region) ?? 0) > 0, region);
        for (const [answered, chance] of actual)
          if (chance > 0 && healthy.size > 0) assert.ok(healthy.has(answered), answered);
      }),
      { numRuns: 150 },
    );
  });

  it("are one group for each name, in an order in which each target is there before", () => {
    fc.assert(
      fc.property(situations, ({ regions, weights }) => {
        const { records } = planRoute53(
          inputOf({ regions, weights: weighted(regions, weights), apps: ["web", "shop"] }),
        );
        const groups = new Map<string, { identifiers: Set<string | undefined>; last: number }>();
        records.forEach(({ name, target, setIdentifier }, i) => {
          if (target.kind === "name") assert.ok(groups.has(target.name), target.name);
          const group = groups.get(name) ?? { identifiers: new Set(), last: i };
          assert.ok(!group.identifiers.has(setIdentifier), `${name} ${setIdentifier} twice`);
          group.identifiers.add(setIdentifier);
          groups.set(name, { ...group, last: i });
          assert.ok(name.length <= 253 && (setIdentifier ?? "").length <= 128);
          for (const label of name.replace(/^\*\./, "").split("."))
            assert.match(label, /^_?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        });
        records.forEach(({ target }, i) => {
          if (target.kind === "name") assert.ok((groups.get(target.name)?.last ?? i) < i);
        });
        assert.equal(new Set(records.map(({ key }) => key)).size, records.length);
      }),
    );
  });

  it("have one primary, which is checked, and one secondary in each pair for failover", () => {
    fc.assert(
      fc.property(situations, ({ regions, weights }) => {
        const { records } = planRoute53(inputOf({ regions, weights: weighted(regions, weights) }));
        const pairs = new Map<string, string[]>();
        for (const { name, routing, check } of records) {
          if (routing.kind !== "failover") continue;
          pairs.set(name, [...(pairs.get(name) ?? []), routing.role].sort());
          if (routing.role === "PRIMARY") assert.ok(check, name);
        }
        for (const roles of pairs.values()) assert.deepEqual(roles, ["PRIMARY", "SECONDARY"]);
      }),
    );
  });

  it("say the same under a name for ever: whatever is drained, only the app's own name and the wildcard are turned", () => {
    const draining = fc.array(fc.constantFrom(0, 25, 26, 100), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        draining,
        draining,
        fc.subarray(five, { minLength: 1 }),
        (weights, others, regions) => {
          const before = planRoute53(inputOf({ weights: weighted(three, weights) }));
          const said = new Map(before.records.map((record) => [record.key, record]));
          const changes = [
            planRoute53(inputOf({ weights: weighted(three, others) })),
            planRoute53(inputOf({ regions })),
          ];
          for (const record of changes.flatMap(({ records }) => records)) {
            const old = said.get(record.key);
            if (old && !["web.example.com", "*.example.com"].includes(record.name))
              assert.deepEqual(record, old);
          }
        },
      ),
    );
  });

  it("are n edges, and for each app and the wildcard n latency records and 2n(n - 1) failover ones at most", () => {
    const counts = [1, 2, 3, 4, 5].map((count) => {
      const { records, checks } = planRoute53(inputOf({ regions: five.slice(0, count) }));
      assert.equal(checks.length, 2 * count);
      assert.ok(records.length <= count + 2 * (count + 2 * count * (count - 1)));
      return records.length;
    });
    // From four on, locations agree about who comes last and share these pairs.
    assert.deepEqual(counts, [3, 14, 33, 56, 83]);
    const apps = ["storefront", "catalog", "orders"];
    assert.equal(planRoute53(inputOf({ apps })).records.length, 3 + 4 * 15);
  });

  it("stay below what Route 53 takes, or say so", () => {
    const half = weighted(five, [50, 50, 50, 50, 50]);
    const worst = planRoute53(inputOf({ regions: five, weights: half }));
    assert.deepEqual(route53Warnings(worst), []);
    // All five drained in part at once is the most that the plan allows.
    assert.equal(worst.records.length, 5 + 2 * 543);
    for (const { name } of worst.records)
      assert.ok(worst.records.filter((record) => record.name === name).length <= 100);
    const apps = Array.from({ length: 41 }, (_, i) => `app-${i}`);
    const many = planRoute53(inputOf({ regions: five, weights: half, apps }));
    assert.deepEqual(
      route53Warnings(many).map((warning) => warning.replace(/ where.*/, "")),
      [`Route 53 needs ${many.records.length + 3} records`, "Route 53 needs 210 checks"],
    );
  });

  it("check each region beside its apps, at the domain's own path", () => {
    const checks = planRoute53(inputOf()).checks.filter(({ app }) => app === undefined);
    assert.deepEqual(
      checks.map(({ key, host, path }) => [key, host, path]),
      three.map((region) => [`_any.${region}`, `${region}.example.com`, "/healthz"]),
    );
  });

  it("are turned in a minute and a half after a loss", () => {
    const [check] = planRoute53(inputOf()).checks;
    const [slow] = planRoute53(inputOf({ intervalSeconds: 30 })).checks;
    assert.ok(check && slow);
    assert.deepEqual([check, slow].map(failoverSeconds), [90, 150]);
  });
});

describe("planRoute53 refuses", () => {
  it("an app with a region's name, as that is the edge's", () => {
    assert.equal(edgeHost("eu-west-1", domain), "eu-west-1.example.com");
    const apps = ["web", "eu-west-1"];
    assert.throws(() => planRoute53(inputOf({ apps })), /an app cannot be named eu-west-1: /);
  });

  it("a domain below which the inner names have no room", () => {
    const long = Array<string>(4).fill("a".repeat(59)).join(".");
    assert.doesNotThrow(() => planDns(dnsInput(inputOf({ domain: long }))));
    assert.throws(() => planRoute53(inputOf({ domain: long })), /longer than 253/);
  });

  it("what the plan for DNS refuses", () => {
    const weights = { "eu-west-1": 101 };
    assert.throws(() => planRoute53(inputOf({ weights })), /weight is 101/);
  });
});
