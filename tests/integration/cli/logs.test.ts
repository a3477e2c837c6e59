import * as assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { meridianFile } from "../../support/commandLine";
import { makeFolder } from "../../support/folder";
import { until } from "../../support/until";

const configuration =
  "config:\n  meridian:provider: local\n  meridian:regions:\n    - { name: eu-west-1 }\n";
const line = (secondsAgo: number) =>
  `time="${new Date(Date.now() - secondsAgo * 1000).toISOString()}" ago=${secondsAgo}`;

describe("meridian logs", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let following: ChildProcess | undefined;

  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    prepareInstance(instance);
    fs.writeFileSync(instance.stackConfigFile, configuration);
  });
  afterEach(() => {
    following?.kill("SIGKILL");
    folder.remove();
  });

  const words = (args: readonly string[]) => [meridianFile, "logs", ...args, "-e", "test"];
  const env = () => ({ ...process.env, MERIDIAN_HOME: folder.dir });
  const run = (...args: readonly string[]) => {
    const options = { encoding: "utf8", env: env() } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, words(args), options);
    return { lines: stdout.split("\n").filter((one) => one !== ""), stderr, status };
  };
  const file = (name: string) => path.join(instance.logsDir, `${name}.log`);
  const write = (name: string, lines: readonly string[]) =>
    fs.writeFileSync(file(name), lines.map((one) => `${one}\n`).join(""));

  it("shows the last hundred lines, or as many as it is told", () => {
    const many = Array.from({ length: 150 }, (_, i) => `line ${i}`);
    write("a", many);
    assert.deepEqual(run("a"), { lines: many.slice(50), stderr: "", status: 0 });
    for (const option of ["--tail", "-n", "--lines"])
      assert.deepEqual(run("a", option, "2").lines, many.slice(148));
  });

  it("shows all lines since a time, or the last of them", () => {
    const old = Array.from({ length: 5 }, () => line(700));
    const recent = Array.from({ length: 150 }, () => line(500));
    write("a", [...old, ...recent, "\tat x"]);
    const shown = [...recent, "\tat x"];
    assert.deepEqual(run("a", "--since", "10m"), { lines: shown, stderr: "", status: 0 });
    assert.deepEqual(run("a", "--since", "10m", "--tail", "2").lines, shown.slice(-2));
    assert.deepEqual(run("a", "--since", "5m").lines, []);
    assert.deepEqual(run("a", "--since", "1h").lines, [...old, ...shown]);
  });

  it("shows all of a log without timestamps, and says so", () => {
    write("a", ["one", "two"]);
    assert.deepEqual(run("a", "--since", "10m"), {
      lines: ["one", "two"],
      stderr: "The log of a has no timestamps, so --since leaves out none of its lines.\n",
      status: 0,
    });
  });

  for (const [args, message] of [
    [["--tail", "some"], "--tail is some: give a whole number from 0 to 1000000."],
    [["--since", "noon"], "--since is noon: give a duration such as 30s, 10m or 2h."],
  ] as const)
    it(`says what ${args[0]} takes`, () => {
      write("a", [line(1)]);
      assert.deepEqual(run("a", ...args), { lines: [], stderr: `${message}\n`, status: 2 });
    });

  for (const [what, args, shown] of [
    ["both", ["--since", "10m", "--tail", "1"], 1],
    ["--since", ["--since", "10m"], 2],
    ["--tail", ["--tail", "1"], 1],
  ] as const)
    it(`goes on as the log grows, with ${what}`, async () => {
      const lines = [line(700), line(500), line(400)];
      write("a", lines);
      let said = "";
      following = spawn(process.execPath, words(["a", "-f", ...args]), { env: env() });
      following.stdout?.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
      const expect = (expected: readonly string[]) => {
        const text = expected.map((one) => `${one}\n`).join("");
        return until("the lines", () => said.length >= text.length, 15_000).then(() =>
          assert.equal(said, text),
        );
      };
      await expect(lines.slice(-shown));
      const later = [line(0), "without a time"];
      fs.appendFileSync(file("a"), later.map((one) => `${one}\n`).join(""));
      await expect([...lines.slice(-shown), ...later]);
      const ended = once(following, "exit");
      following.kill("SIGINT");
      assert.deepEqual(await ended, [0, null]);
    });
});
