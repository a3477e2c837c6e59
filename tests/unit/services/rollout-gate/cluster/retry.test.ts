import * as assert from "node:assert/strict";
import { Retries } from "../../../../../services/rollout-gate/cluster/retry";
import { GateWorld, rolloutPath } from "../../../../support/gateWorld";
import { abortedBy, abortMessages, knownAs, rolloutOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const on = (percentage: number) => knownAs({ kind: "on", percentage });
const off = knownAs({ kind: "off" });

describe("Beginning again", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  const begun = () => world.region.changesOf(`${rolloutPath}/status`);

  it("is when the flag is on again, by the status alone, and without the analyses that were", async () => {
    world.flags.set("orders", off);
    world.put(rolloutOf(abortedBy(abortMessages.byGate)));
    world.start();
    await until("it says so", () => world.mark()?.phase === "killed");
    assert.deepEqual(begun(), []);
    world.flags.set("orders", on(10));
    await until("it is begun", () => world.rollout()?.status?.abort === false);
    const names = ["currentStepAnalysisRunStatus", "currentBackgroundAnalysisRunStatus"];
    const canary = Object.fromEntries(names.map((name) => [name, null]));
    assert.deepEqual(begun(), [{ status: { abort: false, canary } }]);
    const change = world.region.changes.find(({ path }) => path.endsWith("/status"));
    assert.equal(change?.contentType, "application/merge-patch+json");
    await until("it says so", () => world.mark()?.phase === "stepping");
  });

  it("is at once after an error of the analysis, though the flag is not known", async () => {
    world.flags.set("orders", knownAs(undefined));
    world.put(rolloutOf(abortedBy(abortMessages.byError)));
    world.start();
    await until("it is begun", () => world.rollout()?.status?.abort === false);
  });

  it("is not what a person has aborted", async () => {
    world.put(rolloutOf(abortedBy(abortMessages.byPerson)));
    world.start();
    await until("it says so", () => world.mark()?.phase === "killed");
    await world.settled();
    assert.deepEqual(begun(), []);
  });

  it("is no oftener than every five seconds, and at once of a Rollout that is new", async () => {
    let now = 100_000;
    const retries = new Retries(world.region.client, () => now);
    const aborted = rolloutOf(abortedBy(abortMessages.byError));
    world.put(aborted);
    const begin = () => retries.beginAgain(aborted, on(10));
    assert.equal(await begin(), undefined);
    assert.equal(await begin(), 5000);
    now += 4999;
    assert.equal(await begin(), 1);
    assert.equal(begun().length, 1);
    now += 1;
    assert.equal(await begin(), undefined);
    assert.equal(begun().length, 2);
    retries.forget(aborted);
    assert.equal(await begin(), undefined);
    assert.equal(begun().length, 3);
  });

  it("waits as long after a failure, and is no matter on a Rollout that is gone", async () => {
    const retries = new Retries(world.region.client, () => 0);
    const aborted = rolloutOf(abortedBy(abortMessages.byError));
    assert.equal(await retries.beginAgain(aborted, on(10)), undefined);
    retries.forget(aborted);
    world.region.fail = () => 500;
    await assert.rejects(retries.beginAgain(aborted, on(10)), /status: 500/);
    assert.equal(await retries.beginAgain(aborted, on(10)), 5000);
  });
});
