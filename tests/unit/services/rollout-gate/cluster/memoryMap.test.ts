import * as assert from "node:assert/strict";
import * as os from "node:os";
import { startCluster } from "../../../../../services/rollout-gate/cluster";
import { configMapKeeper } from "../../../../../services/rollout-gate/cluster/memoryMap";
import { type Memories, Memory } from "../../../../../services/rollout-gate/flags/memory";
import { gateTimes, GateWorld, secretPath } from "../../../../support/gateWorld";
import { rolloutOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const where = { namespace: "rollout-gate", name: "rollout-gate-memory" };
const mapPath = "/api/v1/namespaces/rollout-gate/configmaps/rollout-gate-memory";
const states: Memories = { shop: { state: { kind: "off" }, reason: "shop is off" } };

describe("A gate of which there are several in a region", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  it("has its memory in a ConfigMap, whichever pod comes next", async () => {
    const memory = () =>
      new Memory(configMapKeeper(world.region.client, where), (line) => world.log.push(line));
    assert.deepEqual(await memory().read(), {});
    const one = memory();
    one.write(states);
    await one.settled();
    assert.deepEqual(await memory().read(), states);
    const other: Memories = { shop: { state: { kind: "on", percentage: 5 }, reason: "again" } };
    one.write(other);
    await one.settled();
    assert.deepEqual(await memory().read(), other);
    assert.deepEqual(world.log, []);
  });

  it("remembers nothing, and says so, when the ConfigMap cannot be read or is none of its own", async () => {
    const memory = new Memory(configMapKeeper(world.region.client, where), (line) =>
      world.log.push(line),
    );
    const { name, namespace } = where;
    world.region.put(mapPath, { metadata: { name, namespace }, data: { "memory.json": "{" } });
    assert.deepEqual(await memory.read(), {});
    await world.region.leave();
    assert.deepEqual(await memory.read(), {});
    assert.equal(world.log.length, 2);
    for (const line of world.log)
      assert.match(line, /^ConfigMap rollout-gate\/rollout-gate-memory/);
  });

  it("writes from one of them only", async () => {
    world.put(rolloutOf());
    const { config, flags, tokenOf } = world;
    const log = () => undefined;
    const start = (writer: string) =>
      startCluster({ config: { ...config, writer }, flags, tokenOf, log, times: gateTimes });
    const silent = start(`not-${os.hostname()}`);
    await world.settled();
    assert.equal(world.secret(secretPath), undefined);
    assert.equal(world.mark(), undefined);
    assert.ok(Object.keys(silent.routes).length > 0);
    silent.stop();
    const writer = start(os.hostname());
    await until(
      "the token and the mark",
      () => world.secret(secretPath) !== undefined && world.mark() !== undefined,
    );
    writer.stop();
  });
});
