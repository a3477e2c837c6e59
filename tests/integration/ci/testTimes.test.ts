import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { forgetTimes, formatFailures, formatSlowest, readTimes } from "../../../ci/testTimes";
import { makeFolder } from "../../support/folder";

/** A file with a boot that takes most of its time, a test that passes, one that fails and one that is left out. */
const slowBoot = `
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  describe("a platform", () => {
    before(() => wait(300));
    beforeEach(() => wait(20));
    it("passes", () => wait(60));
    it("fails", () => { throw new Error("no"); });
    it("waits for its turn");
  });`;

const brokenBoot = `
  describe("another", () => {
    before(async () => {
      await new Promise((done) => setTimeout(done, 150));
      throw new Error("does not come up");
    });
    it("never runs", () => {});
  });`;

describe("The times of tests", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  /** Runs these files with mocha and our reporter. @returns its exit code and output. */
  function run(files: Readonly<Record<string, string>>, ...options: string[]) {
    for (const [name, text] of Object.entries(files))
      fs.writeFileSync(path.join(folder.dir, name), text);
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        path.join(repositoryRoot, "node_modules/mocha/bin/mocha.js"),
        ...["--no-config", "--require", "tsx/cjs", "--exit"],
        ...["--reporter", "tests/support/timesReporter.ts"],
        ...["--reporter-option", `tier=trial,dir=${folder.dir}`, ...options],
        ...Object.keys(files).map((name) => path.join(folder.dir, name)),
      ],
      { cwd: repositoryRoot, encoding: "utf8" },
    );
    return { status, stdout };
  }

  for (const mode of [[], ["--parallel"]]) {
    it(`are kept for each file, test and hook${mode.length > 0 ? " of a parallel run" : ""}`, () => {
      const { status, stdout } = run({ "a.js": slowBoot, "b.js": brokenBoot }, ...mode);
      assert.equal(status, 2);
      assert.match(stdout, /^ +1 passing/m);
      assert.match(stdout, /SKIPPED: a platform waits for its turn/);
      const times = readTimes("trial", folder.dir);
      assert.ok(times);
      assert.deepEqual([times.passed, times.failed, times.skipped], [1, 2, 1]);
      const failures = formatFailures([times]) ?? "";
      assert.match(failures, /trial {2}a platform fails {2}\(.*a\.js\)\n +no$/m);
      assert.match(failures, /another "before all" hook.* {2}\(.*b\.js\)\n +does not come up$/m);
      const [one, two] = times.files;
      assert.ok(one && two);
      assert.deepEqual([one.file, two.file].map((file) => path.basename(file)).sort(), [
        "a.js",
        "b.js",
      ]);
      const booted = one.file.endsWith("a.js") ? one : two;
      const broken = booted === one ? two : one;
      const hooks = booted.steps.filter(({ kind }) => kind === "hook");
      assert.deepEqual(hooks.length, 2, "one line for each hook, however often it ran");
      assert.ok(booted.hookSeconds >= 0.33, `${booted.hookSeconds} s in hooks`);
      assert.ok(booted.seconds >= booted.hookSeconds + 0.05);
      assert.ok(broken.hookSeconds >= 0.14, "a hook that fails has its time, too");
    });
  }

  it("are not there after a run that crashed, nor from the run before", () => {
    run({ "a.js": slowBoot });
    assert.ok(readTimes("trial", folder.dir));
    forgetTimes(["trial"], folder.dir);
    const { stdout } = run({ "a.js": `it("crashes", () => process.exit(0));` });
    assert.doesNotMatch(stdout, /passing/);
    assert.equal(readTimes("trial", folder.dir), undefined);
  });

  it("are told by the slowest first, hooks named as such, over all tiers", () => {
    const step = (title: string, kind: "test" | "hook", seconds: number) => ({
      ...{ title, kind, seconds },
    });
    const tier = (name: string, ...steps: ReturnType<typeof step>[]) => {
      const seconds = steps.reduce((sum, one) => sum + one.seconds, 0);
      const files = [{ file: `${name}.test.ts`, seconds, hookSeconds: 0, steps }];
      return { tier: name, seconds, passed: 1, failed: 0, skipped: 0, failures: [], files };
    };
    const text = formatSlowest(
      [
        tier("unit", step("quick", "test", 1), step("slow", "test", 3)),
        tier("e2e", step("boot", "hook", 90)),
      ],
      2,
    );
    assert.match(text, /90\.0 s {2}hook {2}boot .*\n +3\.0 s {2}test {2}slow /);
    assert.doesNotMatch(text, /quick/);
    assert.equal(formatFailures([tier("unit", step("quick", "test", 1))]), undefined);
  });
});
