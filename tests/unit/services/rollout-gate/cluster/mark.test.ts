import * as assert from "node:assert/strict";
import { gateTimes, GateWorld, rolloutPath } from "../../../../support/gateWorld";
import { knownAs, rolloutOf, templateOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const on = (percentage: number) => knownAs({ kind: "on", percentage });
const off = knownAs({ kind: "off" });

describe("Marks on Rollouts", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  it("say what holds a Rollout, and follow the flag and the Rollout", async () => {
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    assert.deepEqual(
      [world.mark()?.verdict, world.mark()?.phase, world.mark()?.region],
      ["allowed", "stepping", "eu-west-1"],
    );
    assert.ok(Math.abs(Date.parse(world.mark()?.at ?? "") - Date.now()) < 10_000);
    world.flags.set("orders", on(5));
    await until("it follows the flag", () => world.mark()?.phase === "waiting");
    world.put(rolloutOf({ currentStepIndex: 4 }));
    await until("it follows the Rollout", () => world.mark()?.phase === "held");
    assert.deepEqual([world.mark()?.weight, world.mark()?.percentage], [50, 5]);
  });

  it("settle: their own writing is no news, nor is an event storm, nor a restart", async () => {
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    await world.settled();
    for (let count = 0; count < 500; count++) world.region.touch(rolloutPath);
    for (let count = 0; count < 500; count++) world.flags.set("orders", on(10));
    await world.settled();
    world.start();
    await world.settled();
    assert.equal(world.region.changesOf(rolloutPath).length, 1);
    assert.ok(world.region.asked.length < 40, `${world.region.asked.length}`);
  });

  it("follow a flag at a distance, as the rollout is to have its weight first", async () => {
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    await world.settled();
    const from = performance.now();
    world.flags.set("orders", on(20));
    await until("it follows", () => world.mark()?.percentage === 20);
    assert.ok(performance.now() - from >= 0.8 * gateTimes.marks.spacing);
  });

  it("are tried again after a 500, and not on a Rollout that is gone", async () => {
    let refusals = 0;
    world.region.fail = ({ method, path }) =>
      method === "PATCH" && path === rolloutPath && refusals++ < 2 ? 500 : undefined;
    world.put(rolloutOf());
    world.start();
    await until("a mark", () => world.mark() !== undefined);
    world.region.fail = ({ method }) => (method === "PATCH" ? 404 : undefined);
    world.flags.set("orders", off);
    await until("it was tried", () => world.region.changesOf(rolloutPath).length === 4);
    await world.settled();
    assert.equal(world.region.changesOf(rolloutPath).length, 4);
    world.region.delete(rolloutPath);
    world.flags.set("orders", on(50));
    await world.settled();
    assert.equal(world.region.changesOf(rolloutPath).length, 4);
  });

  it("are taken away where there are no gates any more", async () => {
    const { metadata } = rolloutOf({}, { "meridian.dev/gate": "{}", kept: "yes" });
    world.put({
      metadata,
      spec: { template: templateOf("v1"), strategy: { canary: { steps: [] } } },
    });
    world.start();
    await until(
      "it is gone",
      () => world.rollout()?.metadata.annotations?.["meridian.dev/gate"] === undefined,
    );
    assert.deepEqual(world.rollout()?.metadata.annotations, { kept: "yes" });
  });

  it("wait for flags that are still being heard after a start", async () => {
    world.flags.set("orders", knownAs({ kind: "on", percentage: 10 }, false));
    world.put(rolloutOf());
    const from = performance.now();
    world.start();
    await until("it is said all the same", () => world.mark() !== undefined);
    assert.ok(performance.now() - from >= 0.9 * gateTimes.hear);
    assert.equal(world.mark()?.verdict, "hold");
  });
});
