import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { ReleaseWorld, type Said } from "../../support/releaseWorld";

describe("meridian promote", () => {
  let world: ReleaseWorld;
  beforeEach(() => (world = new ReleaseWorld()));
  afterEach(() => world.remove());

  const origin = () => {
    const folder = world.clone.addOrigin();
    world.clone.git("push", "--quiet", "origin", "main");
    return folder;
  };
  const git = (folder: string, ...args: string[]) =>
    execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" }).trim();

  /** Nothing is made, and this is why. */
  async function refused(run: () => Promise<Said>, why: RegExp): Promise<void> {
    const before = world.tags();
    const { done, text } = await run();
    assert.ok(!done, text);
    assert.match(text, why);
    assert.deepEqual(world.tags(), before);
  }

  it("shows what is new, and makes the first release", async () => {
    const { done, text } = await world.promote();
    assert.ok(done, text);
    const [head = "", ...lines] = text.split("\n");
    assert.match(head, /^production: apps from nothing to v1\.0\.0 \([0-9a-f]{7}\)$/);
    assert.ok(lines.includes("  shop: new, 1 object"));
    assert.match(
      text,
      /\n1 commit:\n {2}[0-9a-f]{7} feat: one\n\nRelease: v1\.0\.0 \(the first release\)\n/,
    );
    assert.match(text, /v1\.0\.0 is made\. Next: git push origin v1\.0\.0\n$/);
    assert.deepEqual(world.tags(), ["v1.0.0 tag"]);
    assert.match(
      world.clone.git("tag", "--list", "--format=%(contents)", "v1.0.0"),
      /^v1\.0\.0: to production\n\n- feat: one \([0-9a-f]{7}\)$/,
    );
  });

  it("proposes the version that the commits ask for, and tells what differs since", async () => {
    await world.promote();
    world.clone.commit("fix: two");
    world.clone.commit("feat(shop): three", world.app("6.9.3"));
    const { text } = await world.promote();
    assert.match(text, /^production: apps from v1\.0\.0 .* to v1\.1\.0/);
    assert.match(text, /\n {2}shop: image 6\.9\.2 → 6\.9\.3\n/);
    assert.match(text, /Release: v1\.1\.0 \(a feature\)/);
    world.clone.commit("feat!: four");
    assert.match(
      (await world.promote({ version: "v1.1.1" })).text,
      /Release: v1\.1\.1 \(as said\)/,
    );
    assert.deepEqual(world.tags(), ["v1.0.0 tag", "v1.1.0 tag", "v1.1.1 tag"]);
  });

  it("pushes the tag where the clone came from, or keeps it here", async () => {
    const folder = origin();
    assert.match((await world.promote({ push: false })).text, /Next: git push origin v1\.0\.0/);
    assert.equal(git(folder, "tag"), "");
    world.clone.git("push", "--quiet", "origin", "v1.0.0");
    world.clone.commit("fix: two");
    world.clone.git("push", "--quiet", "origin", "main");
    const { text } = await world.promote();
    assert.match(
      text,
      /v1\.0\.1 is made and pushed\. Next: npx meridian up production --release v1\.0\.1/,
    );
    assert.equal(git(folder, "tag"), "v1.0.0\nv1.0.1");
  });

  it("keeps the tag of an environment that delivers this clone, unless told otherwise", async () => {
    const folder = origin();
    world.configure("production", '{ tags: "*", after: staging }', ", repository: .");
    const file = world.clone.beside("environments/Pulumi.production.yaml");
    fs.writeFileSync(
      file,
      fs.readFileSync(file, "utf8").replace('repository: "https://example.org/x", ', ""),
    );
    assert.match(
      (await world.promote({ dryRun: true })).text,
      /the tag stays here\. --push sends it/,
    );
    assert.match((await world.promote({ push: true })).text, /v1\.0\.0 is made and pushed/);
    assert.equal(git(folder, "tag"), "v1.0.0");
  });

  it("does nothing when asked to show only, or when nobody can be asked", async () => {
    assert.ok((await world.promote({ dryRun: true })).done);
    await refused(() => world.promote({ yes: false }), /Nothing was changed\. Confirm with --yes/);
    assert.deepEqual(world.tags(), []);
  });

  it("refuses when nothing is new", async () => {
    await world.promote();
    await refused(() => world.promote(), /Nothing new: production has [0-9a-f]{7} as v1\.0\.0/);
  });

  it("refuses a version that is none, lower, outside the range, a pre-release, or there already", async () => {
    await world.promote({ version: "v2.0.0" });
    world.clone.commit("fix: two");
    const version = (text: string) => world.promote({ version: text });
    await refused(
      () => version("2.1.0"),
      /2\.1\.0 is no release's tag: write a semantic version as v1\.2\.3/,
    );
    await refused(() => version("v1.9.0"), /v1\.9\.0 is not above v2\.0\.0/);
    await refused(() => version("v5.0.0"), /takes releases in >=1\.0\.0 <5\.0\.0/);
    await refused(() => version("v3.0.0-rc.1"), /no pre-release/);
    await refused(() => version("v2.0.0"), /The tag v2\.0\.0 is there already/);
    assert.deepEqual(world.tags(), ["v2.0.0 tag"]);
  });

  it("refuses a proposal outside the range, too", async () => {
    await world.promote({ version: "v4.2.0" });
    world.clone.commit("feat!: two");
    await refused(
      () => world.promote(),
      /v5\.0\.0 is none of them\. Name another with --version, or widen/,
    );
  });

  it("refuses what origin has and this clone has not", async () => {
    const folder = origin();
    git(folder, "tag", "v1.0.0", "main");
    await refused(
      () => world.promote({ version: "v1.0.0" }),
      /origin has the tag v1\.0\.0 already\. `git fetch/,
    );
    await refused(
      () => world.promote({ version: "v1.1.0" }),
      /origin has v1\.0\.0, which this clone has not/,
    );
    fs.rmSync(folder, { recursive: true });
    await refused(() => world.promote(), /origin does not answer.*--no-push/);
    assert.ok((await world.promote({ push: false })).done);
  });

  it("refuses a commit that is not on the branch that comes first", async () => {
    world.clone.git("checkout", "--quiet", "-b", "elsewhere");
    const commit = world.clone.commit("feat: aside");
    await refused(() => world.promote({ commit }), /is not on main: merge it first/);
    await refused(() => world.promote({ commit: "." }), /commit the work tree first/);
    assert.match((await world.promote({ dryRun: true })).text, /\n1 commit:\n/);
    world.clone.git("branch", "--force", "main", "elsewhere");
    assert.ok((await world.promote({ commit })).done);
  });

  it("refuses in a freeze, but for what cannot wait, and records why", async () => {
    const freeze = '{ from: "2020-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z", reason: the sale }';
    world.configure("production", '{ tags: "*", after: staging }', `, freezes: [${freeze}]`);
    await refused(() => world.promote(), /until 2999-01-01T00:00:00Z: the sale\. .*--break-glass/);
    assert.ok((await world.promote({ breakGlass: "it burns" })).done);
    const message = world.clone.git("tag", "--list", "--format=%(contents)", "v1.0.0");
    assert.match(message, /\n\nBreak-glass: it burns$/);
  });

  it("refuses a commit at which an app does not build", async () => {
    world.clone.commit("fix: two", {
      "apps/shop/overlays/any/kustomization.yaml": "resources: [nothing.yaml]\n",
    });
    await refused(
      () => world.promote(),
      /shop does not build at [0-9a-f]{7}: fix its kustomization/,
    );
  });

  it("refuses in a shallow clone, which lacks the commits that determine the version", async () => {
    world.clone.commit("feat: two");
    fs.writeFileSync(
      path.join(world.clone.dir, ".git/shallow"),
      `${world.clone.git("rev-parse", "HEAD")}\n`,
    );
    await refused(() => world.promote(), /shallow.*`git fetch --unshallow --tags`/);
  });

  it("reads commits whatever the person's git configuration says", async () => {
    await world.promote();
    world.clone.git("config", "log.showSignature", "true");
    world.clone.git("config", "i18n.logOutputEncoding", "latin1");
    world.clone.commit("feat: größer");
    const { text } = await world.promote();
    assert.match(text, /feat: größer/);
    assert.match(text, /Release: v1\.1\.0 \(a feature\)/);
  });

  it("refuses everything at once", async () => {
    world.clone.git("tag", "v1.0.0");
    const { text } = await world.promote({ version: "v0.5.0" });
    assert.match(text, /Nothing new/);
    assert.match(text, /v0\.5\.0 is none of them/);
    assert.match(text, /v0\.5\.0 is not above v1\.0\.0/);
  });

  it("only notes that the work tree has changes", async () => {
    world.clone.write({ "apps/new.txt": "x" });
    const { done, text } = await world.promote();
    assert.ok(done);
    assert.match(text, /! The work tree has changes that are in no commit/);
  });

  it("says what is not so for an environment that follows a branch, or comes after one that does not", async () => {
    await refused(
      () => world.promote({}, "staging"),
      /staging follows no tags: .*meridian diff staging/,
    );
    world.configure("staging", '{ tags: "*" }');
    await refused(() => world.promote(), /an environment that follows a branch/);
    world.configure("staging", "{ branch: trunk }");
    await refused(() => world.promote(), /has no trunk\. `git fetch origin trunk`/);
  });

  it("takes the tag away again that origin refuses", async () => {
    const hook = path.join(origin(), "hooks", "pre-receive");
    fs.writeFileSync(hook, "#!/bin/sh\necho protected >&2\nexit 1\n", { mode: 0o755 });
    const { done, text } = await world.promote();
    assert.ok(!done);
    assert.match(text, /origin did not take v1\.0\.0: [^]*protected[^]*It was removed here again/);
    assert.deepEqual(world.tags(), []);
    fs.rmSync(hook);
    assert.ok((await world.promote()).done);
  });

  it("finishes a run that was cut short between the tag and its push", async () => {
    const folder = origin();
    await world.promote({ push: false });
    const tag = world.clone.git("rev-parse", "v1.0.0");
    const { done, text } = await world.promote();
    assert.ok(done, text);
    assert.match(text, /! v1\.0\.0 is here and not at origin: it is pushed/);
    assert.equal(git(folder, "rev-parse", "v1.0.0"), tag);
    await refused(() => world.promote(), /Nothing new/);
  });

  it("says what is next where nobody has to approve", async () => {
    world.configure("production", '{ tags: "*", approval: none }');
    origin();
    assert.match(
      (await world.promote()).text,
      /v1\.0\.0 is made and pushed\. Argo CD takes it within 60 s/,
    );
  });

  it("warns of commits that only the newest release has", async () => {
    world.clone.git("checkout", "--quiet", "-b", "hotfix");
    world.clone.commit("fix: hot");
    world.clone.git("tag", "v1.0.0");
    world.clone.git("checkout", "--quiet", "main");
    world.clone.commit("fix: cold");
    const { text } = await world.promote({ dryRun: true });
    assert.match(
      text,
      /! v1\.0\.0 has commits that [0-9a-f]{7} has not, and they would be taken back: fix: hot/,
    );
  });
});
