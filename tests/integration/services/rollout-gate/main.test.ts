import * as assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { flagFile, percentageFlag } from "../../../support/flags";
import { bundleAsImage, runBundle } from "../../../support/bundledService";
import { makeFolder } from "../../../support/folder";
import { writeGate } from "../../../support/gate";
import { until } from "../../../support/until";

describe("The rollout gate's process, bundled as its image has it", () => {
  const folder = makeFolder();
  let bundle: string;
  const configFile = path.join(folder.dir, "config.json");
  let child: ChildProcess | undefined;

  before(async function () {
    this.timeout(60_000);
    bundle = bundleAsImage("rollout-gate", folder.dir);
    fs.writeFileSync(configFile, JSON.stringify(await writeGate(folder.dir)));
    fs.writeFileSync(path.join(folder.dir, "flags.json"), flagFile([percentageFlag("shop", 10)]));
  });
  afterEach(() => child?.kill("SIGKILL"));
  after(() => folder.remove());

  const run = (...args: string[]) => {
    const ran = runBundle(bundle, args);
    child = ran.started;
    return ran;
  };

  it("prints when it is ready, and shuts down gracefully", async () => {
    const { started, output } = run(configFile);
    await until("it listens", () => /asked for verdicts on port \d+/.test(output.text), 20_000);
    const memory = path.join(folder.dir, "memory.json");
    await until("flags are known", () => fs.existsSync(memory));
    const ended = once(started, "exit");
    started.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    assert.match(fs.readFileSync(memory, "utf8"), /"percentage": 10/);
  });

  it("says why it does not start", async () => {
    const { started, output } = run(path.join(folder.dir, "none.json"));
    assert.deepEqual(await once(started, "close"), [1, null]);
    assert.match(output.text, /^ENOENT: .*none\.json'\n$/);
  });
});
