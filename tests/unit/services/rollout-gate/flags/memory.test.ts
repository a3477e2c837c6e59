import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  fileKeeper,
  type Memories,
  Memory,
} from "../../../../../services/rollout-gate/flags/memory";
import { makeFolder } from "../../../../support/folder";

describe("The memory of a gate", () => {
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  let log: string[];
  const memory = () => new Memory(fileKeeper(file), (line) => log.push(line));
  const states: Memories = {
    shop: { state: { kind: "off" }, reason: "shop is off" },
    blog: { state: { kind: "on", percentage: 12.5 }, reason: "the default rule" },
    docs: { state: { kind: "retired" }, reason: "the default rule" },
  };

  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "gate", "memory.json");
    log = [];
  });
  afterEach(() => folder.remove());

  it("is there again after a restart, and nobody else reads it", async () => {
    const first = memory();
    assert.deepEqual(await first.read(), {});
    first.write(states);
    await first.settled();
    assert.deepEqual(await memory().read(), states);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["memory.json"]);
    assert.deepEqual(log, []);
  });

  it("is the last of what was written in a hurry", async () => {
    const one = memory();
    for (let percentage = 0; percentage <= 50; percentage++)
      one.write({ shop: { state: { kind: "on", percentage }, reason: "r" } });
    one.write(states);
    await one.settled();
    assert.deepEqual(await memory().read(), states);
  });

  it("is ignored when it is broken, which is told, and written anew", async () => {
    fs.mkdirSync(path.dirname(file));
    const broken = [
      "",
      '{"version": 1, "flags": {"shop": {"sta',
      "[]",
      '{"version": 2, "flags": {}}',
      '{"version": 1, "flags": {"shop": {"state": {"kind": "on", "percentage": 101}, "reason": ""}}}',
      '{"version": 1, "flags": {"shop": {"state": {"kind": "open"}, "reason": ""}}}',
    ];
    for (const text of broken) {
      fs.writeFileSync(file, text);
      assert.deepEqual(await memory().read(), {}, text);
    }
    assert.equal(log.length, broken.length);
    const one = memory();
    one.write(states);
    await one.settled();
    assert.deepEqual(await memory().read(), states);
  });

  it("tells when it cannot be written, and is written with the next change", async () => {
    fs.mkdirSync(file, { recursive: true });
    const one = memory();
    one.write(states);
    await one.settled();
    assert.match(log.join(), /cannot be written/);
    fs.rmdirSync(file);
    one.write(states);
    await one.settled();
    assert.deepEqual(await one.read(), states);
  });
});
