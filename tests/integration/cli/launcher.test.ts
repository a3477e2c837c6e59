import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { versionText } from "../../../cli/version";
import { makeFolder } from "../../support/folder";

describe("The launcher ./meridian", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  const run = (file: string, args: readonly string[], env = process.env) => {
    const { status, stdout, stderr } = spawnSync(file, args, {
      cwd: folder.dir,
      encoding: "utf8",
      env,
    });
    return { status, stdout, stderr };
  };

  it("runs the command of its clone from any folder, also by a symbolic link", () => {
    const link = path.join(folder.dir, "m");
    fs.symlinkSync(path.join(repositoryRoot, "meridian"), link);
    assert.deepEqual(run(link, ["--version"]), {
      status: 0,
      stdout: `${versionText(repositoryRoot)}\n`,
      stderr: "",
    });
    assert.equal(run(link, ["no-such-command"]).status, 2);
  });

  it("says what is missing without Node", () => {
    const bin = path.join(folder.dir, "bin");
    fs.mkdirSync(bin);
    for (const tool of ["sh", "readlink", "dirname"])
      fs.symlinkSync(
        spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim(),
        path.join(bin, tool),
      );
    const { status, stderr } = run(path.join(repositoryRoot, "meridian"), ["--help"], {
      PATH: bin,
    });
    assert.equal(status, 1);
    assert.match(stderr, /^meridian: Node 20\.19 or later is needed\./);
  });

  it("installs missing packages first, and keeps standard output for the command", () => {
    const files = ["meridian", "package-lock.json", "cli/bin/launch.js"];
    for (const file of [...files, "cli/bin/ensure-dependencies.js"]) {
      const copy = path.join(folder.dir, file);
      fs.mkdirSync(path.dirname(copy), { recursive: true });
      fs.copyFileSync(path.join(repositoryRoot, file), copy);
    }
    // Stands for the command itself, and for an npm that installs.
    fs.writeFileSync(path.join(folder.dir, "cli/bin/meridian.js"), "console.log('the command')");
    const npm = path.join(folder.dir, "bin/npm");
    fs.mkdirSync(path.dirname(npm));
    fs.writeFileSync(npm, '#!/bin/sh\necho "npm $1"\nmkdir node_modules\n', { mode: 0o755 });
    const env = { ...process.env, PATH: `${path.dirname(npm)}:${process.env["PATH"] ?? ""}` };
    const launcher = path.join(folder.dir, "meridian");
    const first = run(launcher, ["status"], env);
    assert.equal(first.stdout, "the command\n");
    assert.match(first.stderr, /^Installing npm packages .*\nnpm ci\n$/);
    assert.deepEqual(run(launcher, ["status"], env), {
      status: 0,
      stdout: "the command\n",
      stderr: "",
    });
  });
});
