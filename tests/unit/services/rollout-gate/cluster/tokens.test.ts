import * as assert from "node:assert/strict";
import { ensureToken } from "../../../../../services/rollout-gate/cluster/tokens";
import type { Stored } from "../../../../support/kubeStore";
import { GateWorld, inNamespace, rolloutPath, secretPath } from "../../../../support/gateWorld";
import { rolloutOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const token = Buffer.from("token-of-shop").toString("base64");

describe("Tokens of namespaces", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  it("are written into each namespace that has a Rollout, those that come later too", async () => {
    world.put(rolloutOf());
    world.start();
    await until("a Secret", () => world.secret() !== undefined);
    assert.deepEqual(world.region.get(secretPath)?.["type"], "Opaque");
    assert.deepEqual(world.secret(), { token });
    const path = rolloutPath.replace("shop", "other");
    world.region.put(path, inNamespace("other") as unknown as Stored);
    const other = secretPath.replace("shop", "other");
    await until("another", () => world.secret(other) !== undefined);
    assert.deepEqual(world.secret(other), {
      token: Buffer.from("token-of-other").toString("base64"),
    });
  });

  it("are repaired when they are wrong, and left alone when they are right", async () => {
    const metadata = { name: "rollout-gate", namespace: "shop" };
    world.region.put(secretPath, { metadata, data: { token: "wrong", more: "kept" } });
    world.put(rolloutOf());
    world.start();
    await until("it is repaired", () => world.secret()?.["token"] === token);
    assert.deepEqual(world.secret(), { token, more: "kept" });
    await world.settled();
    assert.equal(world.region.changesOf(secretPath).length, 1);
  });

  it("are tried again when the API server refuses, which keeps nothing else from being done", async () => {
    let refusals = 0;
    world.region.fail = ({ path }) =>
      path.includes("secrets") && refusals++ < 2 ? 500 : undefined;
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    await until("a Secret", () => world.secret() !== undefined);
    assert.ok(
      world.log.some((line) => /^shop\/orders: token: GET .*: 500 as the test/.test(line)),
      world.log.join("\n"),
    );
  });

  it("are no matter when another has made the Secret meanwhile", async () => {
    world.region.fail = ({ method, path }) => {
      if (method === "POST" && path.endsWith("/secrets"))
        world.region.put(secretPath, {
          metadata: { name: "rollout-gate" },
          data: { more: "kept" },
        });
      return undefined;
    };
    await ensureToken(world.region.client, "shop", "token-of-shop");
    assert.deepEqual(world.secret(), { token, more: "kept" });
  });
});
