import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import { deletedObjects, runConfig, writeStackConfig } from "../../../operations/engine/stack";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

describe("The engine's files", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", path.join(folder.dir, "home"));
  });
  afterEach(() => folder.remove());

  describe("writeStackConfig", () => {
    const text = "# by hand\nconfig:\n    meridian:provider:   local\n";
    let source: string;
    let back: () => void;
    beforeEach(() => {
      const dir = path.join(folder.dir, "environments");
      source = path.join(dir, "Pulumi.test.yaml");
      fs.mkdirSync(dir);
      fs.writeFileSync(source, text);
      back = setVariables({ MERIDIAN_ENVIRONMENTS: dir });
    });
    afterEach(() => back());

    const written = () => parse(fs.readFileSync(instance.stackConfigFile, "utf8")) as unknown;
    const config = { "meridian:provider": "local" };

    it("copies the configuration, for its owner only, and no salt where there is none", () => {
      writeStackConfig(instance);
      assert.deepEqual(written(), { config });
      assert.equal(fs.statSync(instance.stackConfigFile).mode & 0o777, 0o600);
    });

    it("keeps the salt that the engine has added, and nothing else of what was there", () => {
      writeStackConfig(instance);
      fs.writeFileSync(
        instance.stackConfigFile,
        "config:\n  meridian:provider: aws\n  meridian:gone: 1\nencryptionsalt: v1:salt\n",
      );
      for (let times = 0; times < 2; times++) {
        writeStackConfig(instance);
        assert.deepEqual(written(), { config, encryptionsalt: "v1:salt" });
      }
    });

    it("never writes to the file that its author wrote", () => {
      fs.chmodSync(source, 0o444);
      const before = fs.statSync(source);
      writeStackConfig(instance);
      fs.appendFileSync(instance.stackConfigFile, "encryptionsalt: v1:salt\n");
      writeStackConfig(instance);
      assert.equal(fs.readFileSync(source, "utf8"), text);
      const { ino, mtimeMs } = fs.statSync(source);
      assert.deepEqual({ ino, mtimeMs }, { ino: before.ino, mtimeMs: before.mtimeMs });
      assert.deepEqual(fs.readdirSync(path.dirname(source)), ["Pulumi.test.yaml"]);
    });
  });

  describe("runConfig", () => {
    const stack = "encryptionsalt: v1:salt\nconfig:\n  meridian:provider: local\n";
    beforeEach(() => {
      fs.mkdirSync(instance.dir, { recursive: true });
      fs.writeFileSync(instance.stackConfigFile, stack);
    });

    it("is nothing where a run has no options of its own", () => {
      assert.deepEqual(runConfig(instance, {}), {});
      assert.deepEqual(fs.readdirSync(instance.dir), [path.basename(instance.stackConfigFile)]);
    });

    it("is a copy with the options, for its owner only, that goes with the run; the stack's has none", () => {
      const { configFile } = runConfig(instance, { release: "v1.2.3", breakGlass: "it burns" });
      assert.ok(configFile);
      assert.equal(path.dirname(path.dirname(configFile)), instance.temporaryDir);
      assert.equal(path.basename(path.dirname(configFile)), `${process.pid}`);
      assert.equal(fs.statSync(configFile).mode & 0o777, 0o600);
      assert.deepEqual(parse(fs.readFileSync(configFile, "utf8")), {
        encryptionsalt: "v1:salt",
        config: {
          "meridian:provider": "local",
          "meridian:release": "v1.2.3",
          "meridian:breakGlass": "it burns",
        },
      });
      assert.equal(fs.readFileSync(instance.stackConfigFile, "utf8"), stack);
    });
  });

  it("looks up the Kubernetes objects whose deletion was begun, and nothing else of a killed run", () => {
    const urn = (type: string) => `urn:pulumi:local::meridian::meridian:a:B$${type}::thing`;
    const operation = (type: string, of: string) => ({ type, resource: { urn: urn(of) } });
    const secret = "kubernetes:core/v1:Secret";
    assert.deepEqual(
      deletedObjects([
        operation("creating", secret),
        operation("deleting", secret),
        operation("deleting", "meridian:local:Service"),
        operation("deleting", "pulumi:providers:kubernetes"),
      ]),
      [urn(secret)],
    );
  });
});
