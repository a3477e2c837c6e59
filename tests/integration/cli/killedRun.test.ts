import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { engineVariables } from "../../../operations/engine/variables";
import { cleanState } from "../../../operations/engine/stateFiles";
import { ensureTools, toolPath } from "../../../toolchain";
import { makeFolder } from "../../support/folder";

/** Pulumi's own command line is the judge: it reads what a killed run left of the state. */
describe("the state after a run that was killed", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;

  before(async function () {
    this.timeout(600_000);
    await ensureTools(["pulumi", "pulumi-resource-kubernetes"], () => undefined);
    folder = makeFolder();
    instance = instanceOf("test", path.join(folder.dir, "home"));
    prepareInstance(instance);
    fs.writeFileSync(path.join(folder.dir, "Pulumi.yaml"), "name: meridian\nruntime: nodejs\n");
    fs.writeFileSync(instance.stackConfigFile, "config: {}\n");
    pulumi("stack", "init");
  });
  after(() => folder.remove());

  const pulumi = (...words: string[]) =>
    execFileSync(toolPath("pulumi"), [...words, "--stack", "test", "--non-interactive"], {
      cwd: folder.dir,
      env: { ...process.env, ...engineVariables(instance) },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const files = () =>
    fs
      .readdirSync(instance.stateDir, { recursive: true, encoding: "utf8" })
      .map((file) => path.join(instance.stateDir, file));
  const exported = () => JSON.parse(pulumi("stack", "export")) as { version?: number };

  it("has no file of attributes, which Pulumi does not write atomically", () => {
    const checkpoint = files().filter((file) => file.endsWith("test.json"));
    assert.equal(checkpoint.length, 1, files().join("\n"));
    assert.deepEqual(
      files().filter((file) => file.endsWith(".attrs")),
      [],
    );
  });

  it("is read although an older run left such a file empty", () => {
    const checkpoint = files().find((file) => file.endsWith("test.json"));
    fs.writeFileSync(`${checkpoint}.attrs`, "");
    assert.throws(exported, /failed to load checkpoint: EOF/);
    cleanState(instance);
    assert.equal(exported().version, 3);
  });
});
