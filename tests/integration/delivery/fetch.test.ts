import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { fetchDiagnostics } from "../../../operations/delivery/fetch";
import { makeFolder } from "../../support/folder";

const branch = (name = "HEAD") => ({ kind: "branch", branch: name }) as const;

describe("The fetch that Argo CD will do", () => {
  let folder: ReturnType<typeof makeFolder>;
  let clones = 0;

  before(() => {
    folder = makeFolder();
  });
  after(() => folder.remove());

  const git = (clone: string, ...args: string[]) =>
    execFileSync("git", ["-C", clone, ...args], { encoding: "utf8", stdio: "pipe" }).trim();

  /** A repository of two commits on the branch main. */
  function repository(name = `clone-${(clones += 1)}`): string {
    const dir = path.join(folder.dir, name);
    fs.mkdirSync(dir, { recursive: true });
    git(dir, "init", "-q", "-b", "main");
    git(dir, "config", "user.email", "test@meridian.dev");
    git(dir, "config", "user.name", "Test");
    commit(dir);
    commit(dir);
    return dir;
  }

  function commit(dir: string): void {
    fs.writeFileSync(path.join(dir, "file"), `${Math.random()}`);
    git(dir, "add", "file");
    git(dir, "commit", "-qm", "a change");
  }

  function cloneOf(from: string, ...options: string[]): string {
    const dir = path.join(folder.dir, `clone-${(clones += 1)}`);
    execFileSync("git", ["clone", "-q", ...options, pathToFileURL(from).href, dir]);
    return dir;
  }

  /** What is expected, and the remedy; undefined: Argo CD can deliver. */
  async function found(clone: string, track = branch()): Promise<readonly string[] | undefined> {
    const [first, ...more] = await fetchDiagnostics({ repository: ".", track }, clone);
    assert.deepEqual(more, []);
    assert.ok(first === undefined || first.path === "meridian:delivery.repository");
    return first && [first.expected, first.remedy];
  }

  async function assertFound(clone: string, expected: RegExp, remedy: RegExp, track = branch()) {
    const [is = "", todo = ""] = (await found(clone, track)) ?? [];
    assert.match(is, expected);
    assert.match(todo, remedy);
    // A sentence of a person's, without the folder of the check.
    assert.doesNotMatch(is, /meridian-fetch-/);
  }

  it("works for a clone, by its branch, by HEAD and for tags", async () => {
    const clone = repository();
    assert.equal(await found(clone), undefined);
    assert.equal(await found(clone, branch("main")), undefined);
    const tags = { kind: "tags", tags: ">=1.0.0", approval: "none" } as never;
    assert.deepEqual(await fetchDiagnostics({ repository: ".", track: tags }, clone), []);
    const elsewhere = { repository: "https://git.example.org/shop.git", track: branch() };
    assert.deepEqual(await fetchDiagnostics(elsewhere, clone), []);
    const url = { repository: pathToFileURL(clone).href, track: branch() };
    assert.deepEqual(await fetchDiagnostics(url, "/nowhere"), []);
  });

  for (const name of ["a#b", "a%20b", "a [x] b", "größe"])
    it(`works for a clone in a folder called ${name}`, async () => {
      assert.equal(await found(repository(name)), undefined);
    });

  it("works for a detached HEAD on a branch, and names the remedy for one on no branch", async () => {
    const clone = repository();
    git(clone, "checkout", "-q", "--detach", "HEAD~1");
    assert.equal(await found(clone), undefined);
    commit(clone);
    await assertFound(clone, /HEAD is detached/, /git switch -c/);
    git(clone, "switch", "-qc", "topic");
    assert.equal(await found(clone), undefined);
  });

  it("works for a shallow clone, with later commits too", async () => {
    const clone = cloneOf(repository(), "--depth=1");
    assert.equal(await found(clone), undefined);
    git(clone, "config", "user.email", "test@meridian.dev");
    git(clone, "config", "user.name", "Test");
    commit(clone);
    assert.equal(await found(clone), undefined);
  });

  it("does not work for a partial clone whose origin is away, until it has its objects", async () => {
    const origin = repository();
    git(origin, "config", "uploadpack.allowFilter", "true");
    const clone = cloneOf(origin, "--filter=blob:none", "--no-checkout");
    const away = `${origin}-away`;
    fs.renameSync(origin, away);
    await assertFound(clone, /git reports: /, /git fetch --refetch --no-filter/);
    fs.renameSync(away, origin);
    git(clone, "fetch", "-q", "--refetch", "--no-filter");
    assert.equal(await found(clone), undefined);
  });

  it("does not work without git, in a part of another repository, and before a first commit", async () => {
    const archive = path.join(folder.dir, "archive");
    fs.mkdirSync(archive);
    await assertFound(archive, /git reports: /, /downloaded archive has no commits/);
    const part = path.join(repository(), "platform");
    fs.mkdirSync(part);
    await assertFound(part, /git reports: /, /Use a clone of its own/);
    const empty = path.join(folder.dir, "empty");
    execFileSync("git", ["init", "-q", empty]);
    await assertFound(empty, /it has none/, /first commit/);
  });

  it("does not work for a branch that the clone has not", async () => {
    await assertFound(
      repository(),
      /the branch stable; it has main/,
      /git branch stable/,
      branch("stable"),
    );
  });

  it("is not clear where another ref has the name", async () => {
    const clone = repository();
    git(clone, "tag", "main", "HEAD~1");
    await assertFound(
      clone,
      /refs\/tags\/main is [0-9a-f]{7}, not/,
      /git tag -d main/,
      branch("main"),
    );
    git(clone, "tag", "-d", "main");
    git(clone, "update-ref", "refs/heads/HEAD", "HEAD~1");
    await assertFound(clone, /refs\/heads\/HEAD is/, /git branch -m HEAD/);
  });

  it("does not work for the clone of another user", async function () {
    // Only root can give a folder away.
    if (process.getuid?.() !== 0) return this.skip();
    const clone = repository();
    execFileSync("chown", ["-R", "1000:1000", clone]);
    await assertFound(clone, /dubious ownership/, /as the owner of the clone/);
  });
});
