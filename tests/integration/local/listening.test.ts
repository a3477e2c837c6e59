import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Instance,
  instanceMark,
  instanceOf,
  writePrivate,
  serviceDir,
} from "../../../infra/providers/local/instance";
import { isLoopback, kernelSockets } from "../../../infra/providers/local/kernelSockets";
import { listeningSockets } from "../../../infra/providers/local/listening";
import { ownService } from "../../../infra/providers/local/resources/service";
import { makeFolder } from "../../support/folder";

/** Listens on what its arguments say, each as JSON, and prints the ports. */
const listener = `
const net = require("node:net"), dgram = require("node:dgram");
const at = process.argv.filter((one) => one.startsWith("{")).map((one) => JSON.parse(one));
const open = (one) => new Promise((done) => {
  if (one.udp) { const s = dgram.createSocket("udp4"); s.bind(0, one.host, () => done(s.address().port)); }
  else { const s = net.createServer().listen(one, () => done(s.address().port ?? s.address())); }
});
Promise.all(at.map(open)).then((ports) => {
  // A connection is no socket that listens.
  net.connect({ port: ports[0], host: "127.0.0.1" }, () => console.log(JSON.stringify(ports)));
});`;

describe("Sockets that an instance's processes listen on", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    fs.mkdirSync(instance.dir, { recursive: true });
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    folder.remove();
  });

  const start = (...sockets: object[]) => run(["-e", listener], sockets);

  async function run(program: string[], sockets: object[]): Promise<(number | string)[]> {
    const args = [...program, ...sockets.map((one) => JSON.stringify(one))];
    child = spawn(process.execPath, args, {
      cwd: instance.dir,
      env: { ...process.env, [instanceMark]: instance.dir },
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(child.stdout);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return JSON.parse(line.toString()) as (number | string)[];
  }

  it("are found with address, port and name, whatever they are", async () => {
    const ports = await start(
      { port: 0, host: "127.0.0.1" },
      { port: 0, host: "127.7.0.9" },
      { port: 0, host: "0.0.0.0" },
      { udp: true, host: "127.0.0.1" },
      { path: "one.sock" },
    );
    fs.writeFileSync(instance.portsFile, JSON.stringify({ "hub/apiServer": ports[0] }));
    const program = path.basename(process.execPath);
    const found = listeningSockets(instance).map(({ pid, ...socket }) => {
      assert.equal(pid, child?.pid);
      return socket;
    });
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    const expected = [
      { transport: "tcp", address: "127.0.0.1", port: ports[0], name: "hub/apiServer" },
      { transport: "tcp", address: "127.7.0.9", port: ports[1], name: `${ports[1]}` },
      { transport: "tcp", address: "0.0.0.0", port: ports[2], name: `${ports[2]}` },
      { transport: "udp", address: "127.0.0.1", port: ports[3], name: `${ports[3]}` },
      { transport: "unix", path: path.join(instance.dir, "one.sock"), name: "one.sock" },
    ].map((one) => ({ ...one, program }));
    assert.deepEqual(found.sort(byName), expected.sort(byName));
  });

  it("tell which of the platform's own programs listens, in whichever service it runs", async () => {
    const { command } = ownService("dataplane", serviceDir(instance, "dataplane-eu-west-1"), 64);
    const file = command.map(String).find((one) => one.endsWith(".js")) ?? "";
    writePrivate(file, listener);
    await run([file], [{ port: 0, host: "127.0.0.1" }]);
    assert.deepEqual(
      listeningSockets(instance).map(({ program }) => program),
      ["dataplane"],
    );
  });

  it("are those of IPv6 too, where the machine has it", async function () {
    if (!fs.existsSync("/proc/net/tcp6")) this.skip();
    const [, v6, both] = await start(
      { port: 0, host: "127.0.0.1" },
      { port: 0, host: "::1" },
      { port: 0, host: "::" },
    );
    const found = listeningSockets(instance).flatMap((one) =>
      one.transport === "unix" ? [] : [[one.port, one.address]],
    );
    const address = new Map(found as [number, string][]);
    assert.equal(address.get(v6 as number), "::1");
    assert.equal(address.get(both as number), "::");
  });

  it("are none of processes that do not bear its mark", async () => {
    await start({ port: 0, host: "127.0.0.1" });
    assert.deepEqual(listeningSockets(instanceOf("other", folder.dir)), []);
    assert.ok(kernelSockets().size > 0);
  });

  it("are loopback or not", () => {
    for (const address of ["127.0.0.1", "127.20.3.4", "::1"])
      assert.ok(isLoopback(address), address);
    for (const address of ["0.0.0.0", "10.0.0.1", "::", "fe80::1", "128.0.0.1"])
      assert.ok(!isLoopback(address), address);
  });
});
