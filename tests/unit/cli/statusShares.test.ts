import * as assert from "node:assert/strict";
import type { Difference } from "../../../infra/plan/inventoryDifferences";
import { appReady, composeStatus } from "../../../operations/status/compose";
import type { Binding, Observed } from "../../../operations/status/model";
import { isOf, unready } from "../../../operations/status/read";
import { formatStatus } from "../../../cli/statusView";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([
  small("eu-west-1", { zones: ["a", "b"], nodesPerZone: 2 }),
  small("us-east-1"),
]);
const good = inOrder(plan);

const scheduled = "2026-01-01T00:00:10Z";

/** How the federation has divided the app's three replicas. */
function bound(shares: Readonly<Record<string, number>>, change: Partial<Binding> = {}): Observed {
  const binding: Binding = {
    metadata: { generation: 4 },
    spec: {
      resource: { name: "shop" },
      clusters: Object.entries(shares).map(([name, replicas]) => ({ name, replicas })),
    },
    status: { schedulerObservedGeneration: 4, lastScheduledTime: scheduled },
    ...change,
  };
  return { ...good, bindings: [binding] };
}

const asFound = { "eu-west-1": 2, "us-east-1": 1 };
const shopOf = (observed: Observed) => {
  const [shop] = composeStatus(plan, observed).apps;
  assert.ok(shop);
  return shop;
};

describe("An app's replicas", () => {
  it("are all there when every region has its share of the division", () => {
    const shop = shopOf(bound(asFound));
    assert.equal(appReady(shop), true);
    assert.deepEqual(
      Object.entries(shop.replicas.byRegion).map(([name, { desired }]) => [name, desired]),
      Object.entries(asFound),
    );
  });

  it("are not when another region has what one lacks, and status says where", () => {
    const observed = bound({ "eu-west-1": 1, "us-east-1": 2 });
    const status = composeStatus(plan, observed);
    // As many as are asked for, all in all.
    assert.equal(status.apps[0]?.replicas.ready, status.apps[0]?.replicas.desired);
    assert.deepEqual([status.ready, unready(status)], [false, ["shop"]]);
    assert.match(formatStatus(status, plan), /shop: replicas ready: 1 of 2 in us-east-1/);
  });

  it("are not while the federation has not divided them as it was last asked to", () => {
    const { spec, status } = bound(asFound).bindings?.[0] ?? assert.fail();
    const asked = (rescheduleTriggeredAt: string) => ({ ...spec, rescheduleTriggeredAt });
    const stale = { ...status, schedulerObservedGeneration: 3 };
    assert.equal(appReady(shopOf(bound(asFound, { status: stale }))), false);
    const later = asked("2026-01-01T00:00:11Z");
    assert.equal(appReady(shopOf(bound(asFound, { spec: later }))), false);
    const done = asked("2026-01-01T00:00:09Z");
    assert.equal(appReady(shopOf(bound(asFound, { spec: done }))), true);
  });

  it("are told with the federation's own reason when it cannot divide them", () => {
    const message = "0/1 clusters are available: 1 cluster(s) is in the process of eviction.";
    const status = {
      schedulerObservedGeneration: 3,
      conditions: [{ type: "Scheduled", status: "False", message }],
    };
    const shown = composeStatus(plan, bound(asFound, { status }));
    assert.ok(formatStatus(shown, plan).includes(`as last requested: ${message}`));
  });

  it("are counted by what is ready where the federation does not say", () => {
    assert.equal(appReady(shopOf({ ...good, bindings: undefined })), true);
  });
});

describe("A difference between machine and plan", () => {
  const difference: Difference = {
    kind: "process",
    name: "gateway-gone-1",
    how: "extra",
    expected: "nothing",
    found: "present",
    remedy: "Remove it.",
  };

  it("is told in a line of its own, and nothing is ready with it", () => {
    const status = composeStatus(plan, { ...good, differences: [difference] });
    assert.deepEqual([status.ready, unready(status)], [false, ["process gateway-gone-1"]]);
    const text = formatStatus(status, plan);
    assert.match(
      text,
      /^ {2}process gateway-gone-1: expected nothing, found present\. Remove it\.$/m,
    );
  });

  it("is not told of a region that is lost: one line says what starts it again", () => {
    const parts = ["gateway-us-east-1", "us-east-1/etcd"].map((name) => ({ ...difference, name }));
    const status = composeStatus(plan, {
      ...good,
      regions: { ...good.regions, "us-east-1": undefined },
      differences: [difference, ...parts],
    });
    assert.deepEqual(unready(status), ["us-east-1", "process gateway-gone-1", "shop"]);
    const text = formatStatus(status, plan);
    assert.match(
      text,
      /^ {2}us-east-1 does not answer, .* `npx meridian region return us-east-1 -e test` starts a lost/m,
    );
    assert.doesNotMatch(text, /etcd|process gateway-us-east-1/);
  });
});

describe("A process of a region", () => {
  it("is told apart from one of a region whose name ends alike", () => {
    for (const name of ["west-1/etcd", "cluster-west-1", "gateway-west-1"])
      assert.deepEqual([isOf("west-1", name), isOf("eu-west-1", name)], [true, false]);
    for (const name of ["eu-west-1/etcd", "cluster-eu-west-1", "gateway-eu-west-1", "redis"])
      assert.equal(isOf("west-1", name), false);
  });
});

describe("A region that has returned", () => {
  it("is said to have no share of the replicas until a rebalance gives it its share", () => {
    const status = composeStatus(plan, bound({ "eu-west-1": 3, "us-east-1": 0 }));
    assert.deepEqual(status.rebalance, ["us-east-1"]);
    assert.match(
      formatStatus(status, plan),
      /^ {2}us-east-1 has no share of the replicas: `npx meridian rebalance test` divides them again\.$/m,
    );
  });

  it("is said to run replicas from before its loss, until it runs none", () => {
    const away = bound({ "eu-west-1": 3, "us-east-1": 0 });
    const line =
      /^ {2}1 replica is left in us-east-1 from before its loss: Karmada removes it\.\n {2}us-east-1 has no share/m;
    assert.match(formatStatus(composeStatus(plan, away), plan), line);
    const region = away.regions["us-east-1"] ?? assert.fail();
    const removed = { ...away.regions, "us-east-1": { ...region, pods: [] } };
    const text = formatStatus(composeStatus(plan, { ...away, regions: removed }), plan);
    assert.doesNotMatch(text, /left in/);
    assert.match(text, /us-east-1 has no share/);
    assert.doesNotMatch(formatStatus(composeStatus(plan, bound(asFound)), plan), /left in/);
  });

  it("is not while it holds some, is lost, or no app asks for replicas there", () => {
    assert.deepEqual(composeStatus(plan, bound(asFound)).rebalance, []);
    const away = bound({ "eu-west-1": 3, "us-east-1": 0 });
    const lost = { ...away, regions: { ...away.regions, "us-east-1": undefined } };
    assert.deepEqual(composeStatus(plan, lost).rebalance, []);
    assert.deepEqual(composeStatus(plan, { ...away, workloads: [] }).rebalance, []);
  });
});

describe("A region that only a preview has read", () => {
  const status = composeStatus(plan, {
    ...good,
    uncreated: ["us-east-1"],
    regions: { ...good.regions, "us-east-1": undefined },
    members: [{ name: "eu-west-1", ready: true }],
    edges: good.edges.slice(0, 1),
    differences: [
      {
        kind: "process",
        name: "gateway-us-east-1",
        how: "missing",
        expected: "running",
        found: "nothing",
        remedy: "Run up.",
      },
      {
        kind: "file",
        name: "us-east-1.kubeconfig",
        how: "missing",
        expected: "present",
        found: "nothing",
        remedy: "Run up.",
      },
      {
        kind: "authority",
        name: "dataplane-us-east-1/config.json#api",
        how: "missing",
        expected: "of us-east-1",
        found: "nothing",
        remedy: "Run up.",
      },
    ],
  });

  it("is not created yet, and not lost", () => {
    assert.deepEqual(unready(status), ["us-east-1 (not created yet)", "shop"]);
    const text = formatStatus(status, plan);
    assert.match(text, /^○ {2}us-east-1 +not created yet$/m);
    assert.match(
      text,
      /us-east-1 is in the configuration and not created yet: `npx meridian up test`/,
    );
    assert.doesNotMatch(text, /lost|gateway-us-east-1|in the federation|kubeconfig|config\.json/);
  });
});
