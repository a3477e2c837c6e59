import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import type { Application, Observed, ObservedRegion } from "../../../operations/status/model";
import { formatStatus } from "../../../cli/statusView";
import { unready } from "../../../operations/status/read";
import { application, workload, inOrder, node, pod } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([
  small("eu-west-1", { zones: ["a", "b"], nodesPerZone: 2 }),
  small("us-east-1"),
]);
const good = inOrder(plan);

/** What one region answers, changed. */
function withRegion(name: string, change: Partial<ObservedRegion> | undefined): Observed {
  const region = good.regions[name];
  assert.ok(region);
  const changed = change === undefined ? undefined : { ...region, ...change };
  return { ...good, regions: { ...good.regions, [name]: changed } };
}

const withShop = (status: Application["status"]): Observed => ({
  ...good,
  applications: [application("bootstrap"), application("shop", status)],
});

const shopOf = (observed: Observed) => {
  const [shop] = composeStatus(plan, observed).apps;
  assert.ok(shop);
  return shop;
};

const nodes = plan.regions[0]?.nodes.map(({ name }) => name) ?? [];

describe("composeStatus", () => {
  it("tells all of a platform in order", () => {
    const servers = { "eu-west-1": "https://127.0.0.1:1", "us-east-1": "https://127.0.0.1:2" };
    assert.deepEqual(composeStatus(plan, good, servers), {
      environment: "test",
      ready: true,
      regions: [
        {
          name: "eu-west-1",
          created: true,
          ready: true,
          version: "v1.2.3",
          server: "https://127.0.0.1:1",
          edge: { url: "http://eu-west-1.test", healthy: true, weight: 100 },
          zones: [
            { name: "eu-west-1a", nodes: 2 },
            { name: "eu-west-1b", nodes: 2 },
          ],
        },
        {
          name: "us-east-1",
          created: true,
          ready: true,
          version: "v1.2.3",
          server: "https://127.0.0.1:2",
          edge: { url: "http://us-east-1.test", healthy: true, weight: 100 },
          zones: [{ name: "us-east-1a", nodes: 1 }],
        },
      ],
      federation: {
        ready: true,
        members: [
          { name: "eu-west-1", ready: true },
          { name: "us-east-1", ready: true },
        ],
      },
      delivery: { repository: "file:///clone", track: "branch", revision: "main" },
      apps: [
        {
          name: "shop",
          sync: "Synced",
          health: "Healthy",
          revision: "0123456789abcdef",
          reasons: [],
          drift: [],
          removed: false,
          dnsRecord: "own",
          removing: false,
          awaitsConfirmation: false,
          replicas: {
            desired: 3,
            ready: 3,
            divided: true,
            byRegion: {
              "eu-west-1": { ready: 2, byZone: { "eu-west-1a": 1, "eu-west-1b": 1 } },
              "us-east-1": { ready: 1, byZone: { "us-east-1a": 1 } },
            },
          },
          versions: {
            wanted: ["6.9.2"],
            byRegion: { "eu-west-1": ["6.9.2"], "us-east-1": ["6.9.2"] },
          },
          rollouts: {},
        },
      ],
      components: [],
      rebalance: [],
      failback: { mode: "manual" },
      reasons: [],
      differences: [],
    });
  });

  describe("is not ready", () => {
    const fewer = nodes.slice(1).map((name) => node(name));
    const members = (one: boolean) => [
      { name: "eu-west-1", ready: true },
      ...(one ? [{ name: "us-east-1", ready: false }] : []),
    ];
    const cases: readonly [string, Observed, string[]][] = [
      ["without a node", withRegion("eu-west-1", { nodes: fewer }), ["eu-west-1"]],
      [
        "with a node that is not ready",
        withRegion("eu-west-1", { nodes: [node(nodes[0] ?? "", false), ...fewer] }),
        ["eu-west-1"],
      ],
      [
        "with another node in the place of a planned one",
        withRegion("eu-west-1", { nodes: [node("stranger"), ...fewer] }),
        ["eu-west-1"],
      ],
      [
        "with an edge that takes nothing",
        {
          ...good,
          edges: good.edges.map((edge) => ({ ...edge, healthy: edge.region !== "us-east-1" })),
        },
        ["the gateway of us-east-1"],
      ],
      [
        "with an edge that is not known",
        { ...good, edges: good.edges.slice(1) },
        ["the gateway of eu-west-1"],
      ],
      ["without a region", withRegion("us-east-1", undefined), ["us-east-1", "shop"]],
      [
        "with a member that is not ready",
        { ...good, members: members(true) },
        ["us-east-1 in the federation"],
      ],
      [
        "with a member missing",
        { ...good, members: members(false) },
        ["us-east-1 in the federation"],
      ],
      [
        "without an answer of the federation",
        { ...good, members: undefined },
        ["eu-west-1 in the federation", "us-east-1 in the federation"],
      ],
      [
        "without an app: bootstrap is none",
        { ...good, applications: [application("bootstrap")] },
        ["the first apps"],
      ],
      ["without an answer of the hub", { ...good, applications: undefined }, ["the first apps"]],
      ["with an app out of sync", withShop({ sync: { status: "OutOfSync" } }), ["shop"]],
      ["with an app that progresses", withShop({ health: { status: "Progressing" } }), ["shop"]],
      ["with a replica short", { ...good, workloads: [workload("shop", 4)] }, ["shop"]],
    ];
    for (const [what, observed, waiting] of cases)
      it(what, () => {
        const status = composeStatus(plan, observed);
        assert.equal(status.ready, false);
        assert.deepEqual(unready(status), waiting);
      });

    for (const [what, bootstrap] of [
      ["before bootstrap is there", []],
      ["before bootstrap is synced", [application("bootstrap", { sync: { status: "Unknown" } })]],
    ] as const)
      it(what, () => {
        const observed = { ...good, applications: [...bootstrap, application("shop")] };
        assert.equal(composeStatus(plan, observed).ready, false);
      });
  });

  it("shows a region that does not answer without version, nodes or replicas", () => {
    const { regions, apps } = composeStatus(plan, withRegion("us-east-1", undefined));
    assert.deepEqual(regions[1], {
      name: "us-east-1",
      created: true,
      ready: false,
      server: "",
      edge: { url: "http://us-east-1.test", healthy: true, weight: 100 },
      zones: [{ name: "us-east-1a", nodes: 0 }],
    });
    assert.deepEqual(apps[0]?.replicas, {
      desired: 3,
      ready: 2,
      divided: true,
      byRegion: {
        "eu-west-1": { ready: 2, byZone: { "eu-west-1a": 1, "eu-west-1b": 1 } },
        "us-east-1": { ready: 0, byZone: { "us-east-1a": 0 } },
      },
    });
  });

  it("counts the pods of the app that are ready and not being deleted, by zone", () => {
    const [a0, a1, b0] = nodes;
    const pods = [
      pod("shop", a0),
      pod("shop", a1),
      pod("shop", b0, { ready: false }),
      pod("shop", b0, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      pod("other", b0),
      { metadata: { name: "bare" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
      { metadata: { name: "new", labels: { "meridian.dev/app": "shop" } } },
    ];
    assert.deepEqual(shopOf(withRegion("eu-west-1", { pods })).replicas.byRegion["eu-west-1"], {
      ready: 2,
      byZone: { "eu-west-1a": 2, "eu-west-1b": 0 },
    });
  });

  it("counts pods on nodes that it does not know, under a zone of that name", () => {
    const pods = [pod("shop", "stranger"), pod("shop", undefined)];
    assert.deepEqual(shopOf(withRegion("us-east-1", { pods })).replicas.byRegion["us-east-1"], {
      ready: 2,
      byZone: { "us-east-1a": 0, unknown: 2 },
    });
  });

  it("adds up an app's Deployments; one that says nothing wants one replica", () => {
    const workloads = [workload("shop", 4), workload("shop"), workload("other", 9)];
    assert.equal(shopOf({ ...good, workloads }).replicas.desired, 5);
    // More than are wanted, as while a rollout surges, is in order.
    assert.equal(composeStatus(plan, { ...good, workloads: [workload("shop", 1)] }).ready, true);
  });

  it("says which app has no DNS record of its own yet, which `up` gives it; the app is ready", () => {
    const record = (names?: string[]) => shopOf({ ...good, ...(names && { names }) }).dnsRecord;
    assert.deepEqual([record(), record(["shop"]), record(["*"])], ["own", "own", "wildcard"]);
    const status = composeStatus(plan, { ...good, names: [] });
    assert.equal(status.ready, true);
    assert.match(
      formatStatus(status, plan),
      /shop: its DNS name follows the health of regions.*: `npx meridian up test`/,
    );
  });

  it("sorts the apps by name, and says Unknown of what Argo CD has not looked at", () => {
    const applications = [
      application("shop"),
      application("bootstrap"),
      { metadata: { name: "blog" } },
    ];
    const { apps } = composeStatus(plan, { ...good, applications });
    assert.deepEqual(
      apps.map(({ name, sync, health, revision }) => [name, sync, health, revision]),
      [
        ["blog", "Unknown", "Unknown", ""],
        ["shop", "Synced", "Healthy", "0123456789abcdef"],
      ],
    );
  });

  it("gives Argo CD's reason: a condition first, else how the last operation failed", () => {
    const operationState = { phase: "Failed", message: "the hook failed" };
    const conditions = [{ message: "no such path" }, { message: "another" }];
    const message = (status: Application["status"]) => shopOf(withShop(status)).message;
    assert.equal(message({ conditions, operationState }), "no such path");
    assert.equal(message({ operationState }), "the hook failed");
    assert.equal(
      message({ operationState: { ...operationState, phase: "Error" } }),
      "the hook failed",
    );
    assert.ok(!("message" in shopOf(withShop({ operationState: { phase: "Succeeded" } }))));
    assert.ok(
      !("message" in shopOf(withShop({ operationState: { ...operationState, phase: "Running" } }))),
    );
    assert.ok(!("message" in shopOf(good)));
  });
});
