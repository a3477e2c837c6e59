import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as net from "node:net";
import {
  engineMark,
  type Instance,
  instanceMark,
  instanceOf,
} from "../../../infra/providers/local/instance";
import { waitFor } from "../../../infra/kube/kube";
import {
  engineMarkOf,
  holdersOf,
  isRunning,
  killOrphanedEngines,
  killProcesses,
  orphanedEngines,
  processesOf,
  refuseTakenPorts,
} from "../../../infra/providers/local/processes";
import { makeFolder } from "../../support/folder";

describe("Processes of an instance", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let other: Instance;
  let children: ChildProcess[];

  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    // Its folder begins with the other's: a mark must match whole.
    other = instanceOf("test-2", folder.dir);
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all([killProcesses(instance), killProcesses(other)]);
    folder.remove();
  });

  /** A process that waits, with this mark. */
  async function waiting(mark?: string, script = "sleep 60"): Promise<number> {
    const env = { ...process.env, ...(mark === undefined ? {} : { [instanceMark]: mark }) };
    const child = spawn("bash", ["-c", `echo up; ${script}`], { env });
    children.push(child);
    await once(child.stdout, "data");
    assert.ok(child.pid !== undefined);
    return child.pid;
  }

  const pids = (of: Instance) => processesOf(of).map(({ pid }) => pid);

  it("are those with its mark, with their command line", async () => {
    const own = await waiting(instance.dir, "read line");
    await waiting(other.dir, "read line");
    await waiting(undefined, "read line");
    assert.deepEqual(processesOf(instance), [{ pid: own, command: "bash -c echo up; read line" }]);
  });

  it("include those whose parent has gone", async () => {
    const parent = await waiting(instance.dir, "sleep 61 & sleep 60");
    await waitFor("its two children", 5, () => Promise.resolve(pids(instance).length === 3));
    const before = pids(instance);
    process.kill(parent, "SIGKILL");
    await once(children[0] as ChildProcess, "exit");
    const after = pids(instance);
    assert.deepEqual(
      after,
      before.filter((pid) => pid !== parent),
    );
    assert.equal(after.length, 2);
    await killProcesses(instance);
    assert.deepEqual(pids(instance), []);
  });

  it("never include this process, though it bear the mark", () => {
    const before = process.env[instanceMark];
    process.env[instanceMark] = instance.dir;
    try {
      assert.deepEqual(processesOf(instance), []);
    } finally {
      if (before === undefined) delete process.env[instanceMark];
      else process.env[instanceMark] = before;
    }
  });

  it("are all ended, those too that refuse to end, and no others", async () => {
    await waiting(instance.dir);
    await waiting(instance.dir, "trap '' TERM INT HUP; while :; do sleep 1; done");
    const neighbour = await waiting(other.dir, "read line");
    const stranger = await waiting(undefined, "read line");
    await killProcesses(instance);
    assert.deepEqual(pids(instance), []);
    assert.deepEqual(pids(other), [neighbour]);
    assert.doesNotThrow(() => process.kill(stranger, 0));
  });

  it("are left alone when they are to be kept", async () => {
    const kept = await waiting(instance.dir, "read line");
    await waiting(instance.dir, "read other");
    await killProcesses(instance, ({ command }) => command.endsWith("read line"));
    assert.deepEqual(pids(instance), [kept]);
  });
});

describe("Engines of a run", () => {
  it("are orphans once its process is gone, and are ended; those of a run at work are left alone", async () => {
    const folder = makeFolder();
    const instance = instanceOf("test", folder.dir);
    const gone = spawn("true");
    await once(gone, "exit");
    const start = async (mark: string) => {
      const env = { ...process.env, [engineMark]: mark };
      const child = spawn("bash", ["-c", "echo up; sleep 60"], { env });
      await once(child.stdout, "data");
      return child;
    };
    const orphan = await start(`${instance.dir}#${gone.pid}`);
    const atWork = await start(engineMarkOf(instance));
    const ofAnother = await start(`${instance.dir}-2#${gone.pid}`);
    try {
      const found = orphanedEngines(instance).map(({ pid }) => pid);
      assert.ok(orphan.pid !== undefined && found.includes(orphan.pid));
      assert.ok(!found.includes(atWork.pid ?? 0) && !found.includes(ofAnother.pid ?? 0));
      await killOrphanedEngines(instance);
      assert.deepEqual(orphanedEngines(instance), []);
      assert.equal(isRunning(orphan.pid), false);
      assert.ok(isRunning(atWork.pid ?? 0) && isRunning(ofAnother.pid ?? 0));
    } finally {
      for (const child of [orphan, atWork, ofAnother]) child.kill("SIGKILL");
      folder.remove();
    }
  });
});

describe("Ports that are refused", () => {
  it("are those that a stranger holds, all of them in one message", async () => {
    const folder = makeFolder();
    const instance = instanceOf("test", folder.dir);
    const servers = [net.createServer(), net.createServer()];
    for (const server of servers) await once(server.listen(0, "127.0.0.1"), "listening");
    const [one, two] = servers.map((server) => (server.address() as net.AddressInfo).port);
    assert.ok(one !== undefined && two !== undefined);
    try {
      assert.throws(
        () => refuseTakenPorts(instance, { "a/etcd": one, free: 1, "b/api-server": two }),
        (error: Error) =>
          error.message.includes(`Port ${one} (a/etcd) is taken by process ${process.pid} (`) &&
          error.message.includes(
            `Port ${two} (b/api-server) is taken by process ${process.pid} (`,
          ) &&
          !error.message.includes("free") &&
          error.message.includes("npm stop"),
      );
    } finally {
      servers.forEach((server) => server.close());
      folder.remove();
    }
    refuseTakenPorts(instance, { "a/etcd": one, "b/api-server": two });
  });
});

describe("The holder of a port", () => {
  it("is the process that listens on it, on IPv4 or IPv6; of a closed one there is none", async () => {
    for (const host of ["127.0.0.1", "::"]) {
      const server = net.createServer();
      server.listen(0, host);
      const failed = await Promise.race([
        once(server, "listening").then(() => false),
        once(server, "error").then(() => true),
      ]);
      if (failed) continue;
      const { port } = server.address() as net.AddressInfo;
      const holder = holdersOf([port]).get(port);
      assert.equal(holder?.pid, process.pid, host);
      assert.match(holder.command, /node/);
      server.close();
      await once(server, "close");
      assert.equal(holdersOf([port]).get(port), undefined, host);
    }
  });

  it("is not a process that has merely connected to it", async () => {
    const child = spawn(process.execPath, [
      "-e",
      "require('net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)})",
    ]);
    const [data] = (await once(child.stdout, "data")) as [Buffer];
    const port = Number(data.toString());
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    try {
      assert.equal(holdersOf([port]).get(port)?.pid, child.pid);
      assert.equal(
        holdersOf([socket.localPort ?? 0]).get(socket.localPort ?? 0),
        undefined,
        "its own end listens to nobody",
      );
    } finally {
      socket.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
});
