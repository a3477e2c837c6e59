import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import { cleanState } from "../../../operations/engine/stateFiles";
import { makeFolder } from "../../support/folder";

describe("cleanState", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", path.join(folder.dir, "home"));
  });
  afterEach(() => folder.remove());

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
    cleanState(instance);
    assert.ok(!fs.existsSync(instance.dir));
  });

  it("removes the lock of a process that has ended", async () => {
    let pid = 0;
    await running("/tools/pulumi", (its) => (pid = its));
    const kept = lock("dead.json", JSON.stringify({ pid }));
    cleanState(instance);
    assert.ok(!kept());
  });

  it("removes a lock whose number another program has by now", async () => {
    await running("/bin/sleep", (pid) => {
      const kept = lock("reused.json", JSON.stringify({ pid }));
      cleanState(instance);
      assert.ok(!kept());
    });
  });

  it("removes a lock that was written halfway, also an empty one", () => {
    const locks = ['{"pid":', "", "{}"].map((text, index) => lock(`${index}.json`, text));
    cleanState(instance);
    assert.deepEqual(
      locks.map((kept) => kept()),
      [false, false, false],
    );
  });

  it("keeps the lock of a Pulumi that is running, and files that are no locks", async () => {
    await running("/tools/pulumi", (pid) => {
      const kept = lock("live.json", JSON.stringify({ pid }));
      const other = lock("note.txt", "half");
      cleanState(instance);
      assert.ok(kept());
      assert.ok(other());
    });
  });

  it("removes half-written copies of the state that are older than an hour, and no younger one", () => {
    const dir = path.join(instance.stateDir, ".pulumi", "stacks", "meridian");
    fs.mkdirSync(dir, { recursive: true });
    const at = (name: string, minutes: number) => {
      const file = path.join(dir, name);
      fs.writeFileSync(file, "{");
      fs.utimesSync(file, new Date(), new Date(Date.now() - minutes * 60_000));
    };
    at("test.json", 90);
    at("test.json.1.tmp", 61);
    at("test.json.2.tmp", 59);
    cleanState(instance);
    assert.deepEqual(fs.readdirSync(dir).sort(), ["test.json", "test.json.2.tmp"]);
  });
});
