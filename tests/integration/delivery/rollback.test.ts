import assert from "node:assert/strict";
import { ReleaseWorld } from "../../support/releaseWorld";

describe("meridian rollback", () => {
  let world: ReleaseWorld;
  let commits: string[];
  const commitOf = (tag: string) => world.clone.git("rev-parse", `${tag}^{commit}`);

  beforeEach(() => {
    world = new ReleaseWorld();
    commits = ["6.9.3", "6.9.4", "6.9.5"].map((tag, index) => {
      const commit = world.clone.commit(`feat: ${tag}`, world.app(tag));
      world.clone.git("tag", `v1.${index}.0`);
      return commit;
    });
  });
  afterEach(() => world.remove());

  it("makes a new tag of the commit before, above all others, and tells what differs", async () => {
    const { done, text } = await world.rollback();
    assert.ok(done, text);
    assert.match(text, /^production: apps from v1\.2\.0 .* to v1\.2\.1/);
    assert.match(text, /\n {2}shop: image 6\.9\.5 → 6\.9\.4\n/);
    assert.match(text, /Release: v1\.2\.1 \(v1\.1\.0 again\)/);
    assert.equal(commitOf("v1.2.1"), commits[1]);
    assert.equal(
      world.clone.git("tag", "--list", "--format=%(contents)", "v1.2.1"),
      "v1.2.1: production back to v1.1.0, from v1.2.0",
    );
  });

  it("goes further back when it is done again, and forth to a release that is named", async () => {
    await world.rollback();
    assert.match((await world.rollback()).text, /Release: v1\.2\.2 \(v1\.0\.0 again\)/);
    assert.equal(commitOf("v1.2.2"), commits[0]);
    assert.match((await world.rollback({ to: "v1.2.0" })).text, /Release: v1\.2\.3/);
    assert.equal(commitOf("v1.2.3"), commits[2]);
  });

  it("lets the next promotion out again, which says so", async () => {
    await world.rollback();
    const { done, text } = await world.promote();
    assert.ok(done, text);
    assert.match(text, /\n1 commit:\n.*feat: 6\.9\.5\n/);
    assert.match(text, /! v1\.2\.0 is not in v1\.2\.1: it was rolled back\. .*unless a revert/);
    assert.equal(commitOf("v1.3.0"), commits[2]);
  });

  it("refuses what is there, what is no release, and to go before the first", async () => {
    const refused = async (to: string | undefined, why: RegExp) => {
      const { done, text } = await world.rollback(to === undefined ? {} : { to });
      assert.ok(!done);
      assert.match(text, why);
    };
    await refused("v1.2.0", /production has [0-9a-f]{7} already, as v1\.2\.0/);
    await refused(
      "v9.0.0",
      /--to v9\.0\.0: it is not in >=1\.0\.0 <5\.0\.0\. Releases: v1\.2\.0, v1\.1\.0/,
    );
    await refused("v1.0.9", /there is no such tag here/);
    world.clone.git("tag", "--delete", "v1.0.0", "v1.1.0");
    await refused(undefined, /No release came before v1\.2\.0/);
    world.clone.git("tag", "--delete", "v1.2.0");
    await refused(undefined, /Nothing has been released to production/);
    assert.deepEqual(world.tags(), []);
  });

  it("refuses in a freeze, and without anybody to ask", async () => {
    const freeze = '{ from: "2020-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z", reason: the sale }';
    assert.match((await world.rollback({ yes: false })).text, /Nothing was changed/);
    world.configure("production", '{ tags: "*" }', `, freezes: [${freeze}]`);
    assert.match((await world.rollback()).text, /the sale/);
    assert.equal(world.tags().length, 3);
    assert.ok((await world.rollback({ breakGlass: "it burns" })).done);
    assert.match(
      world.clone.git("tag", "--list", "--format=%(contents)", "v1.2.1"),
      /Break-glass: it burns/,
    );
  });

  it("tells the commands for an environment that follows a branch, newest first, merges whole", async () => {
    const base = world.clone.git("rev-parse", "HEAD");
    world.clone.git("checkout", "--quiet", "-b", "topic");
    world.clone.commit("feat: topic");
    world.clone.git("checkout", "--quiet", "main");
    world.clone.git("merge", "--quiet", "--no-ff", "topic", "-m", "Merge topic");
    const merge = world.clone.git("rev-parse", "--short", "HEAD");
    world.clone.commit("feat: last", world.app("7"));
    const last = world.clone.git("rev-parse", "--short", "HEAD");
    const { done, text } = await world.rollback({}, "staging");
    assert.ok(done);
    assert.match(text, /\n {2}shop: image 7 → 6\.9\.5\n/);
    assert.deepEqual(text.trimEnd().split("\n").slice(-3), [
      "    git switch main",
      `    git revert --no-edit ${last}`,
      "    git push",
    ]);
    const further = await world.rollback({ to: base }, "staging");
    assert.ok(
      further.text.includes(
        `    git revert --no-edit ${last}\n    git revert --no-edit -m 1 ${merge}\n`,
      ),
    );
    assert.match((await world.rollback({ to: "topic" }, "staging")).text, /git revert --no-edit/);
    world.clone.git("branch", "aside", base);
    world.clone.git("checkout", "--quiet", "aside");
    world.clone.commit("feat: aside");
    assert.match(
      (await world.rollback({ to: "aside" }, "staging")).text,
      /expected a commit that main has had/,
    );
  });
});
