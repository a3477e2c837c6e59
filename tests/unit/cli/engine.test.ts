import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { type Instance, instanceOf } from "../../../infra/local/instance";
import {
  deletedObjects,
  removeStaleLocks,
  runConfig,
  writeStackConfig,
} from "../../../tools/cli/engine";
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

  describe("removeStaleLocks", () => {
    const lock = (name: string, content: string) => {
      const file = path.join(
        ...[instance.stateDir, ".pulumi", "locks", "organization", "meridian", "test", name],
      );
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      return () => fs.existsSync(file);
    };

    /** Runs something that waits under this name until it is done. */
    async function running(name: string, action: (pid: number) => void): Promise<void> {
      const child = spawn("sleep", ["60"], { argv0: name, stdio: "ignore" });
      try {
        await once(child, "spawn");
        assert.ok(child.pid);
        action(child.pid);
      } finally {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    }

    it("does nothing where there is no state", () => {
      removeStaleLocks(instance);
      assert.ok(!fs.existsSync(instance.dir));
    });

    it("removes the lock of a process that has ended", async () => {
      let pid = 0;
      await running("/tools/pulumi", (its) => (pid = its));
      const kept = lock("dead.json", JSON.stringify({ pid }));
      removeStaleLocks(instance);
      assert.ok(!kept());
    });

    it("removes a lock whose number another program has by now", async () => {
      await running("/bin/sleep", (pid) => {
        const kept = lock("reused.json", JSON.stringify({ pid }));
        removeStaleLocks(instance);
        assert.ok(!kept());
      });
    });

    it("removes a lock that was written halfway, also an empty one", () => {
      const locks = ['{"pid":', "", "{}"].map((text, index) => lock(`${index}.json`, text));
      removeStaleLocks(instance);
      assert.deepEqual(
        locks.map((kept) => kept()),
        [false, false, false],
      );
    });

    it("keeps the lock of a Pulumi that is running, and files that are no locks", async () => {
      await running("/tools/pulumi", (pid) => {
        const kept = lock("live.json", JSON.stringify({ pid }));
        const other = lock("note.txt", "half");
        removeStaleLocks(instance);
        assert.ok(kept());
        assert.ok(other());
      });
    });
  });
});
