import * as assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../../infra/providers/local/instance";
import { flagFile, percentageFlag } from "../../../support/flags";
import { makeFolder } from "../../../support/folder";
import { writeGate } from "../../../support/gate";
import { until } from "../../../support/until";

describe("The rollout gate's process, bundled as its image has it", () => {
  const folder = makeFolder();
  const bundle = path.join(folder.dir, "main.js");
  const configFile = path.join(folder.dir, "config.json");
  let child: ChildProcess | undefined;

  before(async function () {
    this.timeout(60_000);
    const dockerfile = fs.readFileSync(
      path.join(repositoryRoot, "services/rollout-gate/Dockerfile"),
      "utf8",
    );
    const [, command = ""] = /npx --no-install esbuild ((?:.*\\\n)*.*)\n/.exec(dockerfile) ?? [];
    const given = command.split(/[\s\\]+/).filter((word) => !word.startsWith("--outfile"));
    assert.ok(given.includes("--bundle"), command);
    const esbuild = require.resolve("esbuild/bin/esbuild");
    execFileSync(esbuild, [...given, `--outfile=${bundle}`, "--log-level=error"], {
      cwd: repositoryRoot,
    });
    fs.writeFileSync(configFile, JSON.stringify(await writeGate(folder.dir)));
    fs.writeFileSync(path.join(folder.dir, "flags.json"), flagFile([percentageFlag("shop", 10)]));
  });
  afterEach(() => child?.kill("SIGKILL"));
  after(() => folder.remove());

  const run = (...args: string[]) => {
    const started = spawn(process.execPath, [bundle, ...args], { stdio: "pipe" });
    child = started;
    const output = { text: "" };
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => (output.text += chunk));
    return { started, output };
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
