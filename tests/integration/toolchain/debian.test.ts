import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { takenOf, upstreamVersion } from "../../../toolchain/debian";
import { ensureTools, toolPath } from "../../../toolchain/index";
import type { DebianSource, ToolPin } from "../../../toolchain/types";
import { pin, World } from "./support";

const source: DebianSource = { kind: "debian", package: "server", executable: "tool" };

describe("toolchain: packages of the distribution", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await world.noGo();
  });
  afterEach(() => world.end());

  const pins = (changed: Partial<DebianSource> = {}): ToolPin[] => [
    pin([{ ...source, ...changed }]),
    pin([source], "kubectl"),
  ];
  const ensure = (using: readonly ToolPin[]) =>
    ensureTools(["etcd", "kubectl"], () => undefined, world.options(using));
  const run = (using: readonly ToolPin[], ...args: string[]) =>
    world.run(toolPath("etcd", { cacheDir: world.cacheDir, pins: using }), args);

  it("runs the unpacked program with its libraries and the caller's arguments", async () => {
    await world.fakeApt({ version: "2:9.8.7+dfsg-1~deb12u1" });
    await ensure(pins());
    const [version, libraries, ...args] = (await run(pins(), "a b", "c")).split("\n");
    assert.equal(version, "9.8.7");
    assert.match(libraries ?? "", /\/root\/lib\/[^:]+:.*\/root\/usr\/lib\/[^:]+-linux-gnu$/);
    assert.deepEqual(args, ["a b", "c"]);
  });

  it("keeps the version that the distribution has, not the table's", async () => {
    await world.fakeApt({ version: "9.8.7-1" });
    await ensure(pins());
    const entry = toolPath("etcd", { cacheDir: world.cacheDir, pins: pins() });
    const manifest = await readFile(entry.replace(/etcd$/, "manifest.json"), "utf8");
    assert.equal((JSON.parse(manifest) as { version: string }).version, "9.8.7");
  });

  it("puts the table's own arguments first, with the folder of the libraries in them", async () => {
    await world.fakeApt({ version: "9.8.7-1" });
    const using = pins({ prefix: ["--modules=$lib/x"] });
    await ensure(using);
    const [, , first, second] = (await run(using, "c")).split("\n");
    assert.match(first ?? "", /^--modules=\/.*\/root\/usr\/lib\/[^/]+-linux-gnu\/x$/);
    assert.equal(second, "c");
  });

  it("finds programs of the superuser's folder, and says when there is none", async () => {
    await world.fakeApt({ version: "9.8.7-1", folder: "usr/sbin" });
    await ensure(pins());
    const absent = [pin([{ ...source, executable: "absent" }])];
    await assert.rejects(ensure(absent), /package server has no absent/);
  });

  it("refuses a program that reports another version than its package", async () => {
    await world.fakeApt({ version: "9.8.7-1", reports: "1.0" });
    await assert.rejects(ensure(pins()), /did not give its version \(9\.8\.7\)/);
  });

  it("reads the lists once in a run, and takes plug-ins along", async () => {
    await world.fakeApt({ version: "9.8.7-1" });
    await ensure(pins({ plugins: ["server-plugin"] }));
    const calls = (await readFile(world.aptLog, "utf8")).trim().split("\n");
    assert.deepEqual(calls, ["update", "download server server-plugin", "download server"]);
  });

  it("says before anything is brought that a distribution with apt-get is needed", async () => {
    await world.noApt();
    await assert.rejects(ensure(pins()), /packages: etcd, kubectl\. But no working `apt-get`/);
  });
});

/** What apt says of PowerDNS, shortened. */
const listing = `server
  PreDepends: init-system-helpers
  Depends: adduser
  Depends: libc6
  Depends: libcurl4
 |Depends: <libluajit-gone>
 |Depends: libluajit-5.1-2
  Depends: libluajit2-5.1-2
  Depends: libsystemd0
    libelogind0
plugin
  Depends: server
  Depends: libstdc++6
adduser
  Depends: passwd
passwd
  Depends: libpam0g
libcurl4
  Depends: libc6
  Depends: libssl3t64
  Depends: zlib1g
libluajit-5.1-2
  Depends: libluajit-5.1-common
libssl3t64
  Depends: libc6
<debconf-2.0>
  debconf
`;

describe("toolchain: what is taken of a distribution", () => {
  it("takes libraries of libraries and the first alternative there is", () => {
    assert.deepEqual(takenOf(["server"], listing), [
      "libcurl4",
      "libluajit-5.1-2",
      "libluajit-5.1-common",
      "libssl3t64",
      "libsystemd0",
      "server",
      "zlib1g",
    ]);
  });

  it("takes what is named, and no more for it than libraries", () => {
    assert.deepEqual(takenOf(["plugin"], listing), ["plugin"]);
    const redis = "redis-server\n  Depends: redis-tools\nredis-tools\n  Depends: libjemalloc2\n";
    assert.deepEqual(takenOf(["redis-server"], redis), [
      "libjemalloc2",
      "redis-server",
      "redis-tools",
    ]);
  });

  it("knows a program's version from its package's", () => {
    assert.equal(upstreamVersion("4.7.3-2"), "4.7.3");
    assert.equal(upstreamVersion("5:7.0.15-1~deb12u10"), "7.0.15");
    assert.equal(upstreamVersion("2.10.0"), "2.10.0");
    assert.throws(() => upstreamVersion(""), /no version of a package/);
  });
});
