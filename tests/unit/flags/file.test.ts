import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createFlag, setPercentage } from "../../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/components/rollouts/flagFile";
import { readState } from "../../../infra/components/rollouts/flagReading";
import type { FlagFile } from "../../../infra/components/rollouts/flags";
import { editFlagFile } from "../../../operations/flags/file";
import { fileSource } from "../../../operations/flags/fileSource";
import { makeFolder } from "../../support/folder";

describe("a flag file", () => {
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  const text = () => fs.readFileSync(file, "utf8");
  const flags = () => (JSON.parse(text()) as FlagFile).flags;
  const set = (key: string, to: number, region?: string) =>
    fileSource(file).edit(key, (flag) => setPercentage(flag, to, region));
  /** What is in the folder beside the file. */
  const beside = () => fs.readdirSync(folder.dir).filter((name) => name !== path.basename(file));

  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "flags.local.json");
    const json = { $schema: "kept", flags: { b: createFlag("b"), a: createFlag("a") }, more: [1] };
    fs.writeFileSync(file, formatFlagFile(json), { mode: 0o640 });
  });
  afterEach(() => folder.remove());

  it("keeps all that an edit does not touch: other lines, order, mode", async () => {
    const before = text().split("\n");
    fs.chmodSync(file, 0o640);
    await set("a", 25);
    const after = text().split("\n");
    const changed = after.filter((line, i) => line !== before[i]).map((line) => line.trim());
    assert.deepEqual(changed, ['"version": 2,', '"weight": 25000', '"weight": 75000']);
    assert.equal(before.length, after.length);
    assert.equal(fs.statSync(file).mode & 0o7777, 0o640);
    assert.deepEqual(beside(), []);
  });

  it("is not written where nothing changes", async () => {
    const { ino, mtimeMs } = fs.statSync(file);
    const { before, after } = await set("a", 0);
    assert.equal(before, after);
    assert.deepEqual([fs.statSync(file).ino, fs.statSync(file).mtimeMs], [ino, mtimeMs]);
  });

  it("loses no edit of several at once", async () => {
    const regions = ["r-1", "r-2", "r-3", "r-4"];
    await Promise.all([
      ...regions.map((region, i) => set("a", 10 + i, region)),
      ...regions.map((region, i) => set("b", 20 + i, region)),
    ]);
    for (const [key, first] of [
      ["a", 10],
      ["b", 20],
    ] as const) {
      const flag = flags()[key];
      assert.ok(flag !== undefined);
      assert.equal(flag.version, 5);
      const read = readState(flag)?.regions ?? {};
      regions.forEach((region, i) =>
        assert.deepEqual(read[region], { kind: "on", percentage: first + i }),
      );
    }
    assert.deepEqual(beside(), []);
  });

  it("takes in what an editor writes meanwhile, without a lock", async () => {
    let times = 0;
    const beforeReplace = () => {
      if (++times === 1) fs.writeFileSync(file, text().replace('"kept"', '"by hand"'));
    };
    await fileSource(file, { beforeReplace }).edit("a", (flag) => setPercentage(flag, 5));
    assert.equal(times, 2);
    assert.match(text(), /"by hand"/);
    assert.equal(flags()["a"]?.version, 2);
  });

  it("stays as it was when the edit fails on the way, and the next one goes through", async () => {
    const before = text();
    const beforeReplace = () => Promise.reject(new Error("no more"));
    const failing = fileSource(file, { beforeReplace });
    await assert.rejects(
      failing.edit("a", (flag) => setPercentage(flag, 5)),
      /no more/,
    );
    assert.equal(text(), before);
    assert.deepEqual(beside(), []);
    await set("a", 5);
    assert.equal(flags()["a"]?.version, 2);
  });

  it("is replaced behind a link, which stays one", async () => {
    const link = path.join(folder.dir, "flags.test.json");
    fs.symlinkSync(path.basename(file), link);
    await fileSource(link).edit("a", (flag) => setPercentage(flag, 5));
    assert.ok(fs.lstatSync(link).isSymbolicLink());
    assert.equal(flags()["a"]?.version, 2);
  });

  it("that is read-only is left alone", async () => {
    fs.chmodSync(file, 0o440);
    const before = text();
    await assert.rejects(set("a", 5), {
      name: "CommandError",
      message: /is read-only\. Nothing was changed\. `chmod u\+w/,
    });
    assert.equal(text(), before);
    assert.deepEqual(beside(), []);
  });

  it("that another command holds is waited for, and not for ever", async () => {
    const done: string[] = [];
    let enter = () => undefined as void;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    let leave = () => undefined as void;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const beforeReplace = async () => {
      enter();
      await left;
    };
    const first = fileSource(file, { beforeReplace })
      .edit("a", (flag) => setPercentage(flag, 5))
      .then(() => done.push("first"));
    await entered;
    const impatient = fileSource(file, { patienceMs: 0 });
    await assert.rejects(
      impatient.edit("a", (flag) => setPercentage(flag, 7)),
      /is being edited by another command\. Run this again\./,
    );
    const second = set("a", 6).then(() => done.push("second"));
    leave();
    await Promise.all([first, second]);
    assert.deepEqual(done, ["first", "second"]);
    assert.equal(flags()["a"]?.version, 3);
  });

  it("with mistakes is not edited, and all of them are told", async () => {
    const one = createFlag("a");
    const broken = formatFlagFile({ flags: { a: { ...one, on: 1, salt: "" } } });
    fs.writeFileSync(file, broken);
    await assert.rejects(set("a", 5), {
      name: "CommandError",
      message:
        /has 2 mistakes\. Nothing was changed\.\n\n {2}line 6: flags\.a\.on[^]*line 28: flags\.a\.salt/,
    });
    assert.equal(text(), broken);
  });

  for (const [what, content, message] of [
    ["half of it", '{\n  "flags": {\n    "a": {', /line \d+: \(file\)\n.*a text that is not JSON/],
    ["nothing", "", /an empty file/],
    [
      "a flag twice",
      '{ "flags": {},\n "flags": {} }',
      /line 2: \(file\)\n.*a key that is there twice/,
    ],
  ] as const)
    it(`with ${what} in it is told`, async () => {
      fs.writeFileSync(file, content);
      for (const act of [() => set("a", 5), () => fileSource(file).list()])
        await assert.rejects(act(), { name: "CommandError", message });
      assert.equal(text(), content);
    });

  it("that is missing is made with its first flag", async () => {
    fs.rmSync(file);
    await assert.rejects(fileSource(file).list(), /found {5}\(missing\)[^]*flag create/);
    await assert.rejects(set("a", 5), /has no flag a\. There is none\./);
    const made = await fileSource(file).create("a");
    assert.equal(text(), formatFlagFile({ flags: { a: made }, segments: {} }));
    await assert.rejects(fileSource(file).create("a"), /has a flag a already/);
  });

  it("in a folder that is not there is told", async () => {
    const nowhere = path.join(folder.dir, "nowhere", "flags.local.json");
    await assert.rejects(
      editFlagFile(nowhere, (one) => one),
      /nowhere does not exist\./,
    );
  });

  it("is given no flag that nobody could read", async () => {
    const before = text();
    await assert.rejects(fileSource(file).create("constructor"), {
      name: "CommandError",
      message: /Nothing was changed\.[^]*flags\.constructor[^]*another name/,
    });
    assert.equal(text(), before);
    assert.deepEqual(beside(), []);
  });

  it("has no flags by the names of what every object has", async () => {
    for (const key of ["constructor", "__proto__", "toString"])
      await assert.rejects(set(key, 5), /has no flag/);
  });
});
