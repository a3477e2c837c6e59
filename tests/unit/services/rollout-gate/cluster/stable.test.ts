import * as assert from "node:assert/strict";
import { GateWorld, rolloutPath, stablePath } from "../../../../support/gateWorld";
import { rolloutOf, storedTemplateOf, templateOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

describe("Stable versions", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  const stable = () =>
    JSON.parse(world.said()["eu-west-1"] ?? "null") as Record<string, unknown> | null;
  const plain = { ...storedTemplateOf("v1"), metadata: templateOf("v1").metadata };

  it("are told to the federation with their templates, beside what others say", async () => {
    const metadata = { name: "rollout-gate-orders", namespace: "shop" };
    world.federation.put(stablePath, { metadata, data: { "us-east-1": "theirs" } });
    world.putReplicaSet("v1", "another");
    world.putReplicaSet("v1");
    world.put(rolloutOf());
    world.start();
    await until("it is told", () => stable() !== null);
    assert.deepEqual({ ...stable(), at: "" }, { hash: "v1", template: plain, at: "" });
    assert.equal(world.said()["us-east-1"], "theirs");
    const path = "/apis/apps/v1/namespaces/shop/replicasets";
    assert.ok(
      world.region.asked.includes(`GET ${path}?labelSelector=rollouts-pod-template-hash%3Dv1`),
    );
  });

  it("are told once, after a restart too, and again when they change", async () => {
    world.putReplicaSet("v1");
    world.putReplicaSet("v2");
    world.put(rolloutOf());
    world.start();
    await until("it is told", () => stable() !== null);
    assert.deepEqual(world.federation.get(stablePath)?.metadata.labels, undefined);
    await world.settled();
    const asked = world.federation.asked.length;
    world.region.touch(rolloutPath);
    await world.settled();
    assert.equal(world.federation.asked.length, asked);
    world.start();
    await world.settled();
    assert.equal(world.federation.changes.filter(({ method }) => method === "POST").length, 1);
    const before = world.federation.changes.length;
    world.put(rolloutOf({ stableRS: "v2", currentPodHash: "v2" }));
    await until("it is told again", () => stable()?.["hash"] === "v2");
    assert.equal(world.federation.changes.length, before + 1);
  });

  it("wait for the namespace, and for a federation that is away, while all else goes on", async () => {
    await world.federation.leave();
    world.putReplicaSet("v1");
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    let refusals = 0;
    world.federation.fail = ({ method }) => (method === "POST" && refusals++ < 2 ? 404 : undefined);
    await world.federation.comeBack();
    await until("it is told", () => stable() !== null);
    assert.equal(refusals, 3);
  });

  it("wait for their ReplicaSet, and there are none before the first", async () => {
    world.put(rolloutOf({ stableRS: "" }));
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    await world.settled();
    assert.deepEqual(world.federation.asked, []);
    world.put(rolloutOf());
    await until("it is looked for", () =>
      world.region.asked.some((line) => line.includes("replicasets")),
    );
    assert.deepEqual(world.federation.changes, []);
    world.putReplicaSet("v1");
    await until("it is told", () => stable() !== null);
  });
});
