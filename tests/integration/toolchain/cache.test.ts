import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { cacheRoot, ensureTools, examine, toolPath } from "../../../toolchain/index";
import type { ToolName, ToolPin } from "../../../toolchain/types";
import { files, goSource, pin, release, sha256, World } from "./support";

const pins: readonly ToolPin[] = [pin([goSource])];

describe("toolchain: the shared cache", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await world.fakeGo();
  });
  afterEach(() => world.end());

  const ensure = (using = pins) => ensureTools(["etcd"], () => undefined, world.options(using));
  const where = () => toolPath("etcd", { cacheDir: world.cacheDir, pins });
  const builds = async () => (await readFile(world.buildLog, "utf8")).trim().split("\n").length;
  const finding = async () => {
    const found = await examine(world.options(pins));
    return found.find((item) => item.name === "etcd");
  };

  it("does the work once", async () => {
    await ensure();
    await ensure();
    assert.equal(await builds(), 1);
  });

  it("says what to run when a tool is absent", () => {
    assert.throws(where, /etcd is not in the tool cache.*meridian up local.*meridian doctor/s);
  });

  it("sends to the benchmark or the check for a tool that only it needs", () => {
    const some: ToolPin[] = [
      { ...pin([goSource], "dnsperf"), only: "bench" },
      { ...pin([goSource], "zizmor"), only: "check" },
    ];
    const absent = (name: ToolName) => () =>
      toolPath(name, { cacheDir: world.cacheDir, pins: some });
    assert.throws(absent("dnsperf"), /dnsperf is not in the tool cache.*meridian bench/s);
    assert.throws(absent("zizmor"), /zizmor is not in the tool cache.*npm run check/s);
  });

  it("makes a truncated entry again", async () => {
    await ensure();
    await writeFile(where(), "");
    await ensure();
    assert.equal(await builds(), 2);
    assert.match(await readFile(where(), "utf8"), /built/);
  });

  it("sees changed contents of the same size when the time moved, and repairs them", async () => {
    await ensure();
    const text = await readFile(where(), "utf8");
    await writeFile(where(), text.replace("built", "BUILT"));
    await ensure();
    assert.equal(await readFile(where(), "utf8"), text);
  });

  it("finds, when examined, contents that changed behind size and time", async () => {
    await ensure();
    assert.equal((await finding())?.ok, true);
    const before = await stat(where());
    const text = await readFile(where(), "utf8");
    await writeFile(where(), text.replace("built", "BUILT"));
    await utimes(where(), before.atime, before.mtime);
    const found = await finding();
    assert.equal(found?.ok, false);
    assert.match(`${found?.detail} ${found?.remedy}`, /other contents.*meridian up local/);
  });

  it("keeps an entry of which only the time moved", async () => {
    await ensure();
    await utimes(where(), new Date(0), new Date(0));
    await ensure();
    assert.equal(await builds(), 1);
  });

  it("makes a new entry when the pin changes", async () => {
    await ensure();
    await ensure([{ ...pin([goSource]), verify: { args: ["version"] } }]);
    assert.equal(await builds(), 2);
  });

  it("sweeps what a killed run left, and leaves a living run's folder", async () => {
    const dead = path.join(world.cacheDir, "tmp", `etcd@${hostname()}@999999999@a`);
    const alive = path.join(world.cacheDir, "tmp", `etcd@${hostname()}@${process.pid}@b`);
    const elsewhere = path.join(world.cacheDir, "tmp", "etcd@another-host@999999999@c");
    for (const folder of [dead, alive, elsewhere])
      await mkdir(path.join(folder, "entry"), { recursive: true });
    await ensure();
    const left = await readdir(path.join(world.cacheDir, "tmp"));
    assert.deepEqual(left.sort(), [path.basename(alive), path.basename(elsewhere)].sort());
  });

  it("leaves no half entry and no scratch after an abort", async () => {
    await world.fakeGo("1.30.0", 30);
    const abort = new AbortController();
    const running = ensureTools(
      ["etcd"],
      (progress) => {
        if (progress.phase === "building") setTimeout(() => abort.abort(), 100);
      },
      { ...world.options(pins), signal: abort.signal },
    );
    await assert.rejects(running, { name: "AbortError" });
    assert.throws(where, /not in the tool cache/);
    assert.deepEqual(await readdir(path.join(world.cacheDir, "tmp")), []);
  });

  it("keeps bundles as a folder of checked files", async () => {
    const base = await world.serve(files({ "/root/sub/a.yaml": "a: 1\n" }));
    const bundle: ToolPin = {
      name: "karmada-crds",
      version: "v1",
      sources: [
        {
          kind: "rawFiles",
          base: "https://raw.githubusercontent.com/root",
          files: [{ path: "sub/a.yaml", sha256: sha256("a: 1\n") }],
        },
      ],
    };
    await ensureTools(["karmada-crds"], () => undefined, world.options([bundle], base));
    const folder = toolPath("karmada-crds", { cacheDir: world.cacheDir, pins: [bundle] });
    assert.equal(await readFile(path.join(folder, "sub/a.yaml"), "utf8"), "a: 1\n");
  });

  it("is one for two processes: the second waits and shares", async function () {
    this.timeout(20_000);
    await world.fakeGo("1.30.0", 1);
    const child = () =>
      new Promise<number | null>((resolve, reject) => {
        const script = path.join(__dirname, "ensureInChild.ts");
        const args = ["--require", "tsx/cjs", script, world.root];
        spawn(process.execPath, args, { stdio: "inherit" }).on("exit", resolve).on("error", reject);
      });
    assert.deepEqual(await Promise.all([child(), child()]), [0, 0]);
    assert.equal(await builds(), 1);
  });

  it("lies where the XDG variables say", () => {
    assert.equal(cacheRoot({ XDG_CACHE_HOME: "/x" }), "/x/meridian/tools");
    assert.equal(
      cacheRoot({ XDG_CACHE_HOME: "not/absolute", HOME: "/h" }),
      cacheRoot({ HOME: "/h" }),
    );
    assert.equal(cacheRoot({ HOME: "/h" }), "/h/.cache/meridian/tools");
  });

  it("prefers nothing to the cache, not even a working release", async () => {
    const both = [pin([release("tool", sha256("x")), goSource])];
    await ensure(both);
    await ensure(both);
    assert.equal(await builds(), 1);
  });
});
