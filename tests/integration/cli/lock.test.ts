import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterInterrupting, busyText, changing } from "../../../cli/changing";
import {
  type Instance,
  instanceOf,
  prepareInstance,
  repositoryRoot,
} from "../../../infra/providers/local/instance";
import { CommandError } from "../../../operations/errors";
import { interrupt, lockHolder, tryLock } from "../../../operations/lock";
import { contextOf } from "../../support/context";
import { makeFolder } from "../../support/folder";
import { until } from "../../support/until";
import { setVariables } from "../../support/variables";

/** A command that holds the lock until a signal stops it. With `stubborn` it ignores the polite one. */
const program = (stubborn: boolean) => `
  require(${JSON.stringify(path.join(repositoryRoot, "cli/bin/loader.js"))});
  const { changing } = require(${JSON.stringify(path.join(repositoryRoot, "cli/changing.ts"))});
  const { stopOnRequest } = require(${JSON.stringify(path.join(repositoryRoot, "cli/main.ts"))});
  const context = stopOnRequest();
  changing("test", {}, context, () => new Promise((resolve) => {
    console.log("held");
    const alive = setInterval(() => undefined, 1000);
    if (!${stubborn}) context.signal.addEventListener("abort", () => {
      console.log("finishing");
      setTimeout(() => { clearInterval(alive); resolve(0); }, 500);
    });
  }));`;

describe("the lock of an environment", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let back: () => void;
  let children: ChildProcess[];
  beforeEach(() => {
    folder = makeFolder();
    back = setVariables({ MERIDIAN_HOME: folder.dir });
    instance = instanceOf("test", folder.dir);
    children = [];
  });
  afterEach(() => {
    children.forEach((child) => child.kill("SIGKILL"));
    back();
    folder.remove();
  });

  /** Starts a command that has the lock when this returns. */
  const start = async (stubborn = false) => {
    const child = spawn(process.execPath, ["-e", program(stubborn), "meridian.js", "up", "test"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    let output = "";
    child.stdout.on("data", (text) => (output += String(text)));
    await until("the command holds the lock", () => output.includes("held"), 20_000);
    return { child, output: () => output };
  };
  const texts = async (action: () => Promise<unknown>) => {
    const { log, error } = console;
    const lines: string[] = [];
    console.log = console.error = (line: string) => void lines.push(line);
    try {
      await action();
    } finally {
      Object.assign(console, { log, error });
    }
    return lines.join("\n");
  };

  it("is held by one command; a second is told which, and waits for it", async () => {
    const { child } = await start();
    assert.equal(await tryLock(instance), undefined);
    let ran = false;
    const text = await texts(async () => {
      const second = changing("test", {}, contextOf(), () => {
        ran = true;
        assert.equal(lockHolder(instance)?.pid, process.pid);
        return Promise.resolve(3);
      });
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal(ran, false);
      child.kill("SIGTERM");
      assert.equal(await second, 3);
    });
    const expected = `^\`meridian up test\` \\(process ${child.pid}, since \\d\\d:\\d\\d:\\d\\d\\) is changing test\\. Waiting until it ends`;
    assert.match(text, new RegExp(expected));
    assert.equal(lockHolder(instance), undefined);
  });

  it("refuses a second command that does not wait", async () => {
    const { child } = await start();
    await assert.rejects(
      changing("test", { wait: false }, contextOf(), () => Promise.resolve(0)),
      {
        name: "CommandError",
        message: new RegExp(`process ${child.pid}.* is changing test. Run this again when`),
      },
    );
  });

  it("is free while a person is asked, and held again after the answer", async () => {
    const code = await changing("test", {}, contextOf(), async ({ asking }) => {
      assert.equal(lockHolder(instance)?.pid, process.pid);
      await asking(
        async () => {
          const other = await tryLock(instance);
          assert.ok(other, "another command can take it");
          await other.release();
        },
        () => Promise.resolve("as described"),
      );
      assert.equal(lockHolder(instance)?.pid, process.pid);
      return 0;
    });
    assert.equal(code, 0);
    assert.equal(lockHolder(instance), undefined);
  });

  it("after a question waits for the command that has taken it meanwhile", async () => {
    let answered = false;
    const text = await texts(() =>
      changing("test", {}, contextOf(), async ({ asking }) => {
        await asking(
          async () => {
            const { child } = await start();
            answered = true;
            setTimeout(() => child.kill("SIGTERM"), 600);
          },
          () => Promise.resolve("as described"),
        );
        assert.equal(lockHolder(instance)?.pid, process.pid);
        return 0;
      }),
    );
    assert.ok(answered);
    assert.match(text, /`meridian up test` .* is changing test\. Waiting until it ends/);
  });

  it("refuses a confirmed action if the environment has changed while the question was open", async () => {
    let state = "one region";
    let changed = false;
    const confirmed = changing("test", {}, contextOf(), async ({ asking }) => {
      await asking(
        () => Promise.resolve(void (state = "two regions")),
        () => Promise.resolve(state),
      );
      changed = true;
      return 0;
    });
    await assert.rejects(confirmed, {
      name: "CommandError",
      message:
        /^test has changed while the question was open\. Nothing was changed by this command\./,
    });
    assert.equal(changed, false);
    assert.equal(lockHolder(instance), undefined);
  });

  it("is free after a question that was not confirmed", async () => {
    const refused = changing("test", {}, contextOf(), async ({ asking }) => {
      await asking(
        () => Promise.reject(new CommandError("Nothing was changed.")),
        () => Promise.resolve("as described"),
      );
      return 0;
    });
    await assert.rejects(refused, new CommandError("Nothing was changed."));
    assert.ok(await tryLock(instance));
  });

  it("tells until when its command changes the environment in steps", async () => {
    prepareInstance(instance);
    const until = new Date(2030, 0, 1, 12, 30, 0);
    await changing("test", {}, contextOf(), async (held) => {
      held.announce(until);
      const holder = lockHolder(instance);
      assert.deepEqual(holder?.until, until);
      assert.match(
        busyText(holder, "test"),
        /\(process \d+, since .*\) is changing test in steps until 12:30:00\.$/,
      );
      await assert.rejects(
        changing("test", { wait: false }, contextOf(), () => Promise.resolve(0)),
        { message: /in steps until 12:30:00\. Run this again when it is done\.$/ },
      );
      return 0;
    });
    assert.deepEqual(
      fs.readdirSync(instance.dir).filter((name) => name.startsWith("lock")),
      [],
    );
  });

  for (const [what, left] of [
    ["of a command that was killed", JSON.stringify({ pid: 1, until: "2030-01-01T12:30:00Z" })],
    ["that is cut short", '{"pid": '],
    ["without a time", JSON.stringify({ pid: process.pid, until: "soon" })],
  ] as const)
    it(`tells no end ${what}`, async () => {
      prepareInstance(instance);
      fs.writeFileSync(path.join(instance.dir, "lock-until.json"), left);
      await changing("test", {}, contextOf(), () => {
        const holder = lockHolder(instance);
        assert.equal(holder?.pid, process.pid);
        assert.equal(holder.until, undefined);
        return Promise.resolve(0);
      });
    });

  it("ends a wait that is interrupted", async () => {
    await start();
    const stop = new AbortController();
    await texts(async () => {
      const second = changing("test", {}, contextOf(stop.signal), () => Promise.resolve(0));
      setTimeout(() => stop.abort(), 300);
      await assert.rejects(second, { name: "AbortError" });
    });
  });

  it("is free as soon as its command was killed", async () => {
    const { child } = await start();
    child.kill("SIGKILL");
    await once(child, "exit");
    const held = await tryLock(instance);
    assert.ok(held);
    await held.release();
    await held.release();
    assert.ok(await tryLock(instance));
  });

  it("is free after an action that failed", async () => {
    const failing = changing("test", {}, contextOf(), () => Promise.reject(new Error("no")));
    await assert.rejects(failing, /no/);
    assert.equal(lockHolder(instance), undefined);
  });

  it("is another environment's own", async () => {
    await start();
    const other = await tryLock(instanceOf("other", folder.dir));
    assert.ok(other);
    await other.release();
  });

  it("is taken from a command that is interrupted first, which finishes its step", async () => {
    const { child, output } = await start();
    const ended = once(child, "exit");
    const text = await texts(() =>
      afterInterrupting(instance, contextOf(), () => {
        assert.match(output(), /finishing/);
        return Promise.resolve(0);
      }),
    );
    assert.match(text, /`meridian up test` .* is changing test\. Interrupting it first/);
    assert.deepEqual(await ended, [0, null]);
  });

  it("is taken although a second command waits for it too", async () => {
    const first = await start();
    const second = spawn(
      process.execPath,
      ["-e", program(false), "meridian.js", "rebalance", "test"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    children.push(second);
    let waiting = "";
    second.stderr.on("data", (text) => (waiting += String(text)));
    await until("the second waits", () => waiting.includes("Waiting"), 20_000);
    const ended = once(first.child, "exit");
    const begin = Date.now();
    const text = await texts(() =>
      afterInterrupting(instance, contextOf(), () => Promise.resolve(0)),
    );
    assert.ok(Date.now() - begin < 10_000);
    assert.deepEqual(await ended, [0, null]);
    assert.match(text, /`meridian up test` .* Interrupting it first/);
  });

  it("is taken by force from a command that does not end", async () => {
    const { child } = await start(true);
    const ended = once(child, "exit");
    const holder = lockHolder(instance);
    assert.ok(holder);
    await interrupt(holder, contextOf().signal, 500);
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    assert.equal(lockHolder(instance), undefined);
  });
});
