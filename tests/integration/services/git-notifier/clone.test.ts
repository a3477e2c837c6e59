import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { meaningOf, watchCommits } from "../../../../services/git-notifier/clone";
import { makeFolder } from "../../../support/folder";
import { until } from "../../../support/until";

const head = { revision: "HEAD" };
const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];

describe("A clone's commits", () => {
  let folder: ReturnType<typeof makeFolder>;
  let clone: string;
  let seen: string[];
  let stop: AbortController;
  let watching: Promise<void> | undefined;

  const git = (...args: string[]) =>
    execFileSync("git", ["-C", clone, ...who, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  const commit = (text: string) => {
    git("commit", "--allow-empty", "--quiet", "--no-verify", "-m", text);
    return git("rev-parse", "HEAD");
  };
  const watch = async (revision: string | undefined, dir = clone) => {
    const changed = (found: string) => Promise.resolve(void seen.push(found));
    watching = watchCommits(
      dir,
      revision === undefined ? "tags" : { revision },
      changed,
      stop.signal,
    );
    // It has to listen before the next commit, or nothing shows that it does.
    await sleep(200);
  };

  beforeEach(() => {
    folder = makeFolder();
    clone = path.join(folder.dir, "clone");
    fs.mkdirSync(clone);
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", clone]);
    seen = [];
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await watching;
    folder.remove();
  });

  it("are told as they are made, each once, well before the next look", async () => {
    commit("one");
    await watch("HEAD");
    const begin = Date.now();
    const two = commit("two");
    await until("it is told", () => seen.length === 1);
    assert.ok(Date.now() - begin < 1500, `${Date.now() - begin} ms`);
    const three = commit("three");
    await until("the next is told", () => seen.length === 2);
    assert.deepEqual(seen, [two, three]);
  });

  it("of another branch are no news, until HEAD is switched to it", async () => {
    commit("one");
    await watch("HEAD");
    git("branch", "other");
    const tree = git("rev-parse", "HEAD^{tree}");
    const other = git("commit-tree", tree, "-p", "HEAD", "-m", "elsewhere");
    git("update-ref", "refs/heads/other", other);
    await sleep(300);
    assert.deepEqual(seen, []);
    git("checkout", "--quiet", "other");
    await until("it is told", () => seen.length === 1);
    assert.deepEqual(seen, [other]);
  });

  it("are told for a branch that is not checked out, and when references are packed", async () => {
    const one = commit("one");
    git("branch", "release");
    await watch("release");
    const two = commit("two");
    git("pack-refs", "--all");
    git("branch", "--force", "release", two);
    await until("it is told", () => seen.length === 1);
    git("branch", "--force", "release", one);
    await until("and back", () => seen.length === 2);
    assert.deepEqual(seen, [two, one]);
  });

  it("are told in a work tree of another clone", async () => {
    commit("one");
    const tree = path.join(folder.dir, "tree");
    git("worktree", "add", "--quiet", "-b", "tree", tree);
    await watch("HEAD", tree);
    const args = ["commit", "--allow-empty", "--quiet", "--no-verify", "-m", "two"];
    execFileSync("git", ["-C", tree, ...who, ...args], { stdio: "pipe" });
    await until("it is told", () => seen.length === 1);
    assert.deepEqual(seen, [await meaningOf(tree, head)]);
  });

  it("are gathered into the last one while an earlier one is being told", async () => {
    commit("one");
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const changed = async (found: string) => {
      seen.push(found);
      if (seen.length === 1) await held;
    };
    watching = watchCommits(clone, head, changed, stop.signal);
    await sleep(200);
    const two = commit("two");
    await until("the first is told", () => seen.length === 1);
    commit("three");
    const four = commit("four");
    release();
    await until("the last is told", () => seen.length === 2);
    await sleep(300);
    assert.deepEqual(seen, [two, four]);
  });

  it("of no tag are no news where tags are followed; a new, a moved and a removed tag are", async () => {
    const one = commit("one");
    git("tag", "v1.0.0");
    await watch(undefined);
    const two = commit("two");
    await sleep(300);
    assert.deepEqual(seen, []);
    git("tag", "v1.1.0");
    await until("the new tag is told", () => seen.length === 1);
    git("tag", "--force", "v1.0.0", two);
    await until("the moved tag is told", () => seen.length === 2);
    git("tag", "--delete", "v1.1.0");
    await until("the removed tag is told", () => seen.length === 3);
    assert.deepEqual(seen, [
      `v1.0.0 ${one}\nv1.1.0 ${two}`,
      `v1.0.0 ${two}\nv1.1.0 ${two}`,
      `v1.0.0 ${two}`,
    ]);
  });

  it("are none while the revision means nothing", async () => {
    assert.equal(await meaningOf(clone, head), undefined);
    await watch("HEAD");
    const one = commit("one");
    await until("the first one is told", () => seen.length === 1);
    assert.deepEqual(seen, [one]);
  });
});
