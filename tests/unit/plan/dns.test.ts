import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DnsInput,
  type DnsNode,
  type OrderNode,
  locationOf,
  mostPartlyDrained,
  planDns,
} from "../../../infra/components/dns";
import { five, inputOf, nameOf, preference, regionsOf, situations, weightings } from "./dnsSample";

const answer = (region: string, address: string) => ({ kind: "answer", region, address }) as const;
const failover = (primary: unknown, secondary: unknown) => ({
  kind: "failover",
  primary,
  secondary,
});

/** Each order of regions that the draws can lead to. */
function orders(node: OrderNode): string[][] {
  switch (node.kind) {
    case "weighted":
      return node.branches.flatMap((branch) => orders(branch.node));
    case "failover":
      return orders(node.secondary).map((order) => [node.primary.region, ...order]);
    case "answer":
      return [[node.region]];
  }
}

function nodes(node: DnsNode): DnsNode[] {
  switch (node.kind) {
    case "latency":
    case "weighted":
      return [node, ...node.branches.flatMap((branch) => nodes(branch.node))];
    case "failover":
      return [node, node.primary, ...nodes(node.secondary)];
    case "answer":
      return [node];
  }
}

describe("planDns", () => {
  it("names each app under the domain, with its own check and one tree", () => {
    const plan = planDns(inputOf(regionsOf([100, 100]), { apps: ["web", "shop"] }));
    assert.equal(plan.domain, "meridian.test");
    assert.equal(plan.ttlSeconds, 5);
    const [web, shop] = plan.names;
    assert.ok(web && shop && plan.names.length === 2);
    assert.deepEqual(
      { ...web, tree: undefined },
      {
        name: "web.meridian.test",
        app: "web",
        ttlSeconds: 5,
        check: {
          intervalSeconds: 1,
          timeoutSeconds: 2,
          failureThreshold: 1,
          port: 8080,
          host: "web.meridian.test",
          path: "/healthz/web",
        },
        tree: undefined,
      },
    );
    assert.equal(shop.check.path, "/healthz/shop");
    assert.deepEqual(shop.tree, web.tree);
  });

  it("answers every other name below the domain by the health of regions", () => {
    const { names, wildcard } = planDns(inputOf(regionsOf([100, 30])));
    assert.equal(wildcard.name, "*.meridian.test");
    assert.equal(wildcard.ttlSeconds, 5);
    assert.deepEqual([wildcard.check.host, wildcard.check.path], ["meridian.test", "/healthz"]);
    assert.deepEqual(wildcard.tree, names[0]?.tree);
    const none = planDns(inputOf(regionsOf([100, 30]), { apps: [] }));
    assert.deepEqual(none.names, []);
    assert.deepEqual(none.wildcard, wildcard);
  });

  it("answers each location from its own region, then from the next nearest", () => {
    const [eu, us] = [answer("eu-west-1", "127.0.10.0"), answer("us-east-1", "127.0.10.1")];
    assert.deepEqual(nameOf(regionsOf([100, 100])).tree, {
      kind: "latency",
      branches: [
        { region: "eu-west-1", clients: ["10.20.0.0/16"], node: failover(eu, us) },
        { region: "us-east-1", clients: ["10.21.0.0/16"], node: failover(us, eu) },
      ],
      otherwise: "eu-west-1",
    });
  });

  it("draws for a region that is drained in part, and puts it last without", () => {
    const [eu, us] = [answer("eu-west-1", "127.0.10.0"), answer("us-east-1", "127.0.10.1")];
    const [first, second] = nameOf(regionsOf([30, 100])).tree.branches;
    assert.deepEqual(first?.node, {
      kind: "weighted",
      branches: [
        { identifier: "with eu-west-1", weight: 30, node: failover(eu, us) },
        { identifier: "without eu-west-1", weight: 70, node: failover(us, eu) },
      ],
    });
    // Nobody comes after it here, so there is nothing to draw for: it is the last in any case.
    const last = (weights: number[]) => nameOf(regionsOf(weights)).tree.branches[0]?.node;
    assert.deepEqual(second?.node.kind, "failover");
    assert.deepEqual(last([0, 100]), failover(us, eu));
    assert.deepEqual(last([0, 0]), failover(eu, us));
    assert.deepEqual(last([30, 0]), failover(eu, us));
    assert.deepEqual(last([0, 30]), failover(us, eu));
    assert.deepEqual(last([30]), eu);
  });

  it("leads to a complete order of the regions by every draw, those of weight 0 at the end", () => {
    fc.assert(
      fc.property(situations, ({ regions }) => {
        const drained = regions.filter(({ weight }) => weight === 0).map(({ name }) => name);
        for (const { region, node } of nameOf(regions).tree.branches)
          for (const order of orders(node)) {
            assert.deepEqual([...order].sort(), regions.map(({ name }) => name).sort());
            const tail = order.slice(order.length - drained.length);
            const expected = preference(regions, region).filter((name) => drained.includes(name));
            assert.deepEqual(tail, expected);
          }
      }),
    );
  });

  it("has weighted nodes only for what is drained in part, each with 100 to divide", () => {
    for (const weights of weightings(5, [0, 40, 100])) {
      const partly = new Set(five.filter((_, i) => weights[i] === 40));
      for (const { node } of nameOf(regionsOf(weights)).tree.branches) {
        const drawn = nodes(node).flatMap((each) => (each.kind === "weighted" ? [each] : []));
        if (partly.size === 0) assert.equal(drawn.length, 0);
        for (const { branches } of drawn) {
          const [kept, passed] = branches;
          assert.ok(kept && passed && branches.length === 2);
          const name = kept.identifier.replace("with ", "");
          assert.ok(partly.has(name));
          assert.equal(passed.identifier, `without ${name}`);
          assert.deepEqual([kept.weight, passed.weight], [40, 60]);
          assert.notDeepEqual(kept.node, passed.node);
        }
      }
    }
  });

  it("keeps the tree small: it doubles with each region drained in part, and with nothing else", () => {
    for (const weights of weightings(5, [0, 40, 100])) {
      const partly = weights.filter((weight) => weight === 40).length;
      for (const { node } of nameOf(regionsOf(weights)).tree.branches) {
        const size = nodes(node).length;
        // An order of n regions is n answers and n - 1 failovers.
        if (partly === 0) assert.equal(size, 2 * 5 - 1);
        assert.ok(size <= 2 ** partly * 2 * 5, `${size} nodes for ${weights.join()}`);
      }
    }
    assert.equal(mostPartlyDrained, 5);
  });

  it("is deterministic", () => {
    fc.assert(
      fc.property(situations, ({ regions }) => {
        assert.deepEqual(planDns(inputOf(regions)), planDns(inputOf(regions)));
      }),
    );
  });
});

describe("planDns refuses", () => {
  const [eu, us] = regionsOf([100, 100]);
  assert.ok(eu && us);
  const check = inputOf([]).check;
  const refusals: readonly (readonly [string, Partial<DnsInput>, RegExp])[] = [
    ["no region", { regions: [] }, /regions is empty/],
    ["a region twice", { regions: [eu, { ...us, name: eu.name }] }, /name has eu-west-1 twice/],
    [
      "an edge twice",
      { regions: [eu, { ...us, address: eu.address }] },
      /address has 127.0.10.0 tw/,
    ],
    [
      "a host name as an edge",
      { regions: [{ ...eu, address: "edge" }] },
      /eu-west-1 .*"edge".*IPv4/,
    ],
    ["two spellings", { regions: [{ ...eu, address: "127.0.010.0" }] }, /"127.0.010.0"/],
    ["a weight above 100", { regions: [{ ...eu, weight: 101 }] }, /\[0\].weight is 101.*0 to 100/],
    ["half a weight", { regions: [eu, { ...us, weight: 0.5 }] }, /regions\[1\].weight is 0.5/],
    ["clients twice", { regions: [eu, { ...us, clients: eu.clients }] }, /10.20.0.0\/16 twice/],
    ["a range with host bits", { regions: [{ ...eu, clients: ["10.0.0.1/8"] }] }, /"10.0.0.1\/8"/],
    ["a strange app", { apps: ["Web"] }, /"Web" is no label/],
    ["a quote in an app", { apps: ["a'b"] }, /"a'b" is no label/],
    ["an app twice", { apps: ["web", "web"] }, /apps has web twice/],
    ["a dot at the end", { domain: "meridian.test." }, /domain is "meridian.test."/],
    ["a long name", { domain: Array(25).fill("meridian9").join("."), apps: ["shop"] }, /than 253/],
    ["a negative TTL", { ttlSeconds: -1 }, /ttlSeconds is -1/],
    ["no port", { check: { ...check, port: 0 } }, /check.port is 0/],
    ["a timeout of 0", { check: { ...check, timeoutSeconds: 0 } }, /check.timeoutSeconds is 0/],
    [
      "half a second",
      { check: { ...check, intervalSeconds: 0.5 } },
      /check.intervalSeconds is 0.5/,
    ],
    ["no threshold", { check: { ...check, failureThreshold: 0 } }, /check.failureThreshold is 0/],
  ];
  for (const [what, change, pattern] of refusals)
    it(what, () => {
      assert.throws(
        () => planDns(inputOf([eu], { ...change })),
        (error) => {
          assert.ok(error instanceof RangeError);
          assert.match(error.message, pattern);
          assert.ok(!error.message.includes(";"), error.message);
          return true;
        },
      );
    });

  it("too many regions drained in part, as each doubles the tree", () => {
    const more = ["eu-west-2", ...five].map((name, i) => ({
      ...eu,
      name,
      address: `127.0.11.${i}`,
      clients: [],
      weight: 50,
    }));
    assert.throws(() => planDns(inputOf(more)), /6 regions .*\(eu-west-2, .*all but 5 to 0 or 100/);
    assert.doesNotThrow(() => planDns(inputOf(more.slice(1))));
  });

  it("everything at once, in one error", () => {
    const both = inputOf([{ ...eu, weight: -1 }], { apps: ["-"], ttlSeconds: NaN });
    assert.throws(
      () => planDns(both),
      /ttlSeconds is NaN.*; .*weight is -1.*; app "-" is no label/,
    );
  });
});

describe("locationOf", () => {
  const regions = regionsOf([100, 100, 100]).map((region, i) => ({
    ...region,
    clients: [["10.0.0.0/8"], ["10.20.0.0/16", "203.0.113.7/32"], ["10.20.30.0/24"]][i] ?? [],
  }));
  const at = (address: string) => locationOf(address, nameOf(regions));

  it("is that of the longest prefix which holds the address", () => {
    assert.equal(at("10.20.30.40"), "ap-southeast-1");
    assert.equal(at("10.20.31.40"), "us-east-1");
    assert.equal(at("10.255.255.255"), "eu-west-1");
    assert.equal(at("203.0.113.7"), "us-east-1");
  });

  it("is not known for any other address, nor for what is none", () => {
    for (const address of ["11.0.0.0", "203.0.113.8", "2001:db8::1", "", "10.20.30.40/32"])
      assert.equal(at(address), undefined, address);
  });

  it("takes a range of everything", () => {
    const [eu, ...rest] = regions;
    assert.ok(eu);
    const name = nameOf([{ ...eu, clients: ["0.0.0.0/0"] }, ...rest]);
    assert.equal(locationOf("192.0.2.1", name), "eu-west-1");
    assert.equal(locationOf("10.20.0.1", name), "us-east-1");
  });
});
