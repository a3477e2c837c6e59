import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { resolveRelease } from "../../../infra/config/release";
import { ConfigurationError } from "../../../infra/config/report";
import { makeFolder } from "../../support/folder";
import { parsed, sound } from "../../unit/config/sample";

describe("a release that a run approves", () => {
  let folder: ReturnType<typeof makeFolder>;
  let clone: string;

  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", clone, ...who, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  const commit = (text: string) => {
    git("commit", "--allow-empty", "--quiet", "--no-verify", "-m", text);
    return git("rev-parse", "HEAD");
  };
  const resolve = (release: string | undefined, track: Record<string, unknown> = {}) => {
    const delivery = { track: { tags: "*", ...track } };
    const environment = parsed({ ...sound(), delivery, ...(release && { release }) });
    return resolveRelease(environment, clone, folder.dir);
  };
  const diagnostic = (release: string, track: Record<string, unknown> = {}) => {
    try {
      resolve(release, track);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      return error.diagnostics[0];
    }
    return assert.fail("it was accepted");
  };
  const staging = (track: string) =>
    fs.writeFileSync(
      path.join(folder.dir, "Pulumi.staging.yaml"),
      `config:\n  meridian:provider: local\n  meridian:regions: [{ name: eu-west-1 }]\n` +
        `  meridian:delivery: { track: ${track} }\n`,
    );

  beforeEach(() => {
    folder = makeFolder();
    clone = path.join(folder.dir, "clone");
    fs.mkdirSync(clone);
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", clone]);
  });
  afterEach(() => folder.remove());

  it("is none where none is asked for", () => {
    assert.equal(resolve(undefined), undefined);
  });

  it("is the commit behind the tag, also when the tag is annotated", () => {
    const one = commit("one");
    git("tag", "v1.0.0");
    git("tag", "--annotate", "--message", "second", "v1.1.0");
    assert.deepEqual(resolve("v1.0.0"), { tag: "v1.0.0", commit: one });
    assert.deepEqual(resolve("v1.1.0"), { tag: "v1.1.0", commit: one });
  });

  it("is refused when there is no such tag, though a branch has its name", () => {
    commit("one");
    git("branch", "v1.0.0");
    assert.match(diagnostic("v1.0.0")?.remedy ?? "", /git fetch --tags/);
  });

  it("is refused when its commit has not been in the environment before", () => {
    const one = commit("one");
    git("tag", "v1.0.0");
    git("checkout", "--quiet", "-b", "elsewhere");
    commit("two");
    git("tag", "v1.1.0");
    staging("{ branch: main }");
    assert.deepEqual(resolve("v1.0.0", { after: "staging" }), { tag: "v1.0.0", commit: one });
    assert.match(diagnostic("v1.1.0", { after: "staging" })?.remedy ?? "", /to main first/);
    git("branch", "--force", "main", "elsewhere");
    assert.equal(resolve("v1.1.0", { after: "staging" })?.tag, "v1.1.0");
  });

  it("counts a branch as it was last fetched, too", () => {
    commit("one");
    git("checkout", "--quiet", "-b", "elsewhere");
    const two = commit("two");
    git("tag", "v1.1.0");
    staging("{ branch: main }");
    git("update-ref", "refs/remotes/origin/main", two);
    assert.equal(resolve("v1.1.0", { after: "staging" })?.commit, two);
  });

  it("is refused where the environment before has no branch here, or follows tags itself", () => {
    commit("one");
    git("tag", "v1.0.0");
    staging("{ branch: trunk }");
    assert.match(
      diagnostic("v1.0.0", { after: "staging" })?.remedy ?? "",
      /git fetch origin trunk/,
    );
    staging('{ tags: "*" }');
    assert.match(diagnostic("v1.0.0", { after: "staging" })?.expected ?? "", /follows a branch/);
  });
});
