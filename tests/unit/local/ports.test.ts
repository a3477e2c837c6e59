import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import {
  allocatePorts,
  isFree,
  readPorts,
  releasePorts,
} from "../../../infra/providers/local/ports";
import { makeFolder } from "../../support/folder";

const names = ["hub/etcd", "hub/apiServer", "eu-west-1/etcd", "redis/redis"];

/** A listener on this port of this machine, and its end. */
async function listen(port: number, host = "127.0.0.1"): Promise<() => Promise<void>> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, resolve);
  });
  return () => new Promise((resolve) => void server.close(() => resolve()));
}

describe("Ports of an instance", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
  });
  afterEach(() => folder.remove());

  /** An instance of a fixed folder, so that the search begins where it always does. */
  const clone = (dir: string): Instance => ({
    ...instanceOf("test", dir),
    portsFile: path.join(folder.dir, dir, "ports.json"),
  });

  it("are one for each name: distinct, free, and out of the way of outgoing connections", async () => {
    const ports = await allocatePorts(instance, names);
    assert.deepEqual(Object.keys(ports).sort(), [...names].sort());
    assert.equal(new Set(Object.values(ports)).size, names.length);
    for (const port of Object.values(ports)) {
      assert.ok(port >= 15_000 && port < 32_768, String(port));
      assert.equal(await isFree(port), true);
    }
  });

  it("are remembered for the owner only, and stay when a name is added", async () => {
    assert.deepEqual(readPorts(instance), {});
    const first = await allocatePorts(instance, names);
    assert.deepEqual(readPorts(instance), first);
    assert.equal(fs.statSync(instance.portsFile).mode & 0o777, 0o600);
    assert.deepEqual(await allocatePorts(instance, names), first);
    const more = await allocatePorts(instance, ["aa/first", ...names]);
    const { "aa/first": added, ...others } = more;
    assert.deepEqual(others, first);
    assert.ok(added !== undefined && !Object.values(first).includes(added));
    // A name that is not asked for is not forgotten: its cluster may be down.
    assert.deepEqual(await allocatePorts(instance, []), more);
  });

  it("are free at every address of this machine: a region's gateway has one of its own", async () => {
    const { "a/one": first = 0 } = await allocatePorts(clone("/nowhere/loopback"), ["a/one"]);
    fs.rmSync(clone("/nowhere/loopback").portsFile);
    const end = await listen(first, "127.77.0.1");
    try {
      const { "a/one": second } = await allocatePorts(clone("/nowhere/loopback"), ["a/one"]);
      assert.notEqual(second, first);
    } finally {
      await end();
    }
  });

  it("stay when the platform itself listens on them", async () => {
    const first = await allocatePorts(instance, names);
    const stop = await listen(first["hub/etcd"] ?? 0);
    try {
      assert.deepEqual(await allocatePorts(instance, names), first);
    } finally {
      await stop();
    }
  });

  it("pass over a port that is taken, on loopback or on every address", async () => {
    for (const host of ["127.0.0.1", "0.0.0.0", "::"]) {
      fs.rmSync(instance.portsFile, { force: true });
      const before = await allocatePorts(instance, names);
      const taken = before["hub/apiServer"] ?? 0;
      const stop = await listen(taken, host).catch(() => undefined);
      // A machine without IPv6 has no such listener to be in the way.
      if (stop === undefined) continue;
      try {
        assert.equal(await isFree(taken), false, host);
        fs.rmSync(instance.portsFile);
        const after = await allocatePorts(instance, names);
        assert.ok(!Object.values(after).includes(taken), host);
        assert.equal(after["hub/etcd"], before["hub/etcd"], host);
      } finally {
        await stop();
      }
    }
  });

  it("of two clones lie apart though neither is up yet", async () => {
    const [one, two] = await Promise.all([
      allocatePorts(clone("/clones/one"), names),
      allocatePorts(clone("/clones/two"), names),
    ]);
    const all = [...Object.values(one), ...Object.values(two)];
    assert.equal(new Set(all).size, 2 * names.length);
  });

  it("are forgotten with what they belonged to, and with nothing else", async () => {
    const before = await allocatePorts(instance, names);
    releasePorts(instance, "hub/");
    assert.deepEqual(readPorts(instance), {
      "eu-west-1/etcd": before["eu-west-1/etcd"],
      "redis/redis": before["redis/redis"],
    });
  });
});
