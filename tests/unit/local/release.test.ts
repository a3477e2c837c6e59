import * as assert from "node:assert/strict";
import {
  refuse,
  release,
  type ReleaseInputs,
} from "../../../infra/components/delivery/handlers/release";

const one = { tag: "v1.0.0", commit: "1111111111" };
const two = { tag: "v1.10.0", commit: "2222222222" };
const frozen = [{ from: "2026-12-20T00:00:00Z", to: "2027-01-04T00:00:00Z", reason: "holidays" }];
const during = new Date("2026-12-24T00:00:00Z");

const asking = (requested?: ReleaseInputs["requested"], freezes = [] as typeof frozen) => ({
  environment: "production",
  freezes,
  ...(requested && { requested }),
});
const approved = async (requested?: ReleaseInputs["requested"]) => {
  const { outputs } = await release.create(asking(requested));
  return outputs;
};

describe("the release of an environment", () => {
  it("is none until one is approved", async () => {
    assert.deepEqual(await approved(), { tag: "", commit: "", history: [] });
  });

  it("is what was approved, with who and when", async () => {
    const before = Date.now();
    const { history, ...current } = await approved(one);
    assert.deepEqual(current, one);
    const [approval, ...more] = history;
    assert.deepEqual(more, []);
    assert.ok(approval && Date.parse(approval.at) >= before - 1);
    assert.deepEqual({ tag: approval.tag, commit: approval.commit }, one);
    assert.notEqual(approval.by, "");
  });

  it("stays while no other is approved, and the same once more changes nothing", async () => {
    const first = await approved(one);
    const old = { ...asking(one), ...first };
    assert.deepEqual(await release.update("release", old, asking()), first);
    assert.deepEqual(await release.update("release", old, asking(one)), first);
  });

  it("is the next one that is approved, and remembers those before it", async () => {
    const old = { ...asking(one), ...(await approved(one)) };
    const next = await release.update("release", old, asking({ ...two, breakGlass: "outage" }));
    assert.equal(next.commit, two.commit);
    assert.deepEqual(
      next.history.map(({ tag, breakGlass }) => [tag, breakGlass]),
      [
        ["v1.10.0", "outage"],
        ["v1.0.0", undefined],
      ],
    );
  });

  it("is another one by its tag alone, too: a commit may bear several", async () => {
    const old = { ...asking(one), ...(await approved(one)) };
    const again = { tag: "v1.1.0", commit: one.commit };
    const next = await release.update("release", old, asking(again));
    assert.equal(next.tag, "v1.1.0");
    assert.equal(next.history.length, 2);
    assert.throws(() => refuse(asking(one), next, during), /v1\.0\.0 is older than v1\.1\.0/);
  });

  it("remembers fifty", async () => {
    let outputs = await approved();
    for (let minor = 0; minor < 60; minor++) {
      const requested = { tag: `v1.${minor}.0`, commit: `${minor}` };
      outputs = await release.update("release", { ...asking(), ...outputs }, asking(requested));
    }
    assert.equal(outputs.history.length, 50);
    assert.equal(outputs.history[0]?.tag, "v1.59.0");
  });

  it("is never older than the one before, nor a tag that was moved", async () => {
    const old = await approved(two);
    assert.throws(() => refuse(asking(one), old, during), /v1\.0\.0 is older than v1\.10\.0/);
    const moved = { ...two, commit: "3333333333" };
    assert.throws(() => refuse(asking(moved), old, during), /somebody moved it/);
    assert.doesNotThrow(() => refuse(asking(two), old, during));
    assert.doesNotThrow(() => refuse(asking(), old, during));
  });

  it("is not approved in a freeze without a reason; what is out may be said again", async () => {
    const old = await approved(one);
    assert.throws(() => refuse(asking(two, frozen), old, during), /2027-01-04.*holidays/);
    assert.doesNotThrow(() =>
      refuse(asking({ ...two, breakGlass: "outage" }, frozen), old, during),
    );
    assert.doesNotThrow(() => refuse(asking(one, frozen), old, during));
    assert.doesNotThrow(() => refuse(asking(two, frozen), old, new Date("2027-01-04T00:00:00Z")));
  });
});
