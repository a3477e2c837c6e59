import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { BuildClock } from "../../../toolchain/buildClock";
import { isOlder, neededGo } from "../../../toolchain/go";
import { findingLines } from "../../../cli/doctor";
import { ensureTools, examine } from "../../../toolchain/index";
import type { Source, ToolName, ToolPin, ToolProgress } from "../../../toolchain/types";
import { files, goSource, pin, program, release, sha256, World } from "./support";

const names: readonly ToolName[] = ["etcd", "kubectl"];
const pins: readonly ToolPin[] = names.map((name) =>
  pin([release(name, sha256("")), goSource], name),
);

describe("toolchain: what is said before starting", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
  });
  afterEach(() => world.end());

  const fails = async (more: object, ...patterns: RegExp[]) => {
    const running = ensureTools(names, () => undefined, { ...world.options(pins), ...more });
    await assert.rejects(running, (error: Error) => {
      for (const pattern of patterns) assert.match(error.message, pattern);
      return true;
    });
    assert.ok(!existsSync(world.buildLog));
  };

  it("no network and no Go: one message, all tools, what to do", async () => {
    await world.noGo();
    await fails(
      {},
      /^No official release.*: etcd, kubectl\. But Go \d+\.\d+(\.\d+)? or later is needed and no working `go`/,
      /go\.dev\/dl.*reach github\.com/,
    );
  });

  it("no network and too old a Go: the version found and the version needed", async () => {
    await world.fakeGo("1.21.4");
    await fails({}, /Go 1\.21\.4 was found, and \d+\.\d+(\.\d+)? or later is needed/);
  });

  it("too little disk for a build: how much there is and is needed, nothing built", async () => {
    await world.fakeGo();
    await fails({ freeBytes: () => Promise.resolve(2e9) }, /2\.0 GB free, and 25\.0 GB are needed/);
  });

  it("a release needs less disk than a build", async () => {
    await world.noGo();
    const tool = program("1.2.3");
    const base = await world.serve(files({ "/etcd": tool }));
    const some = [pin([release("etcd", sha256(tool)), goSource])];
    const options = { ...world.options(some, base), freeBytes: () => Promise.resolve(4e9) };
    await ensureTools(["etcd"], () => undefined, options);
  });

  it("examines Go, the disk and every tool, each failure with its remedy", async () => {
    await world.fakeGo("1.21.4");
    const options = { ...world.options(pins), freeBytes: () => Promise.resolve(1e9) };
    const found = await examine(options);
    assert.deepEqual(
      found.map((item) => [item.name, item.ok]),
      [
        ["go", false],
        ["disk", false],
        ["etcd", false],
        ["kubectl", false],
      ],
    );
    assert.ok(found.every((item) => item.remedy !== ""));
    for (const item of found) {
      const [value, expected, remedy] = findingLines(item);
      assert.match(value ?? "", new RegExp(`^✖ ${item.name} +\\S`));
      assert.match(expected ?? "", /^ +expected: \S/);
      assert.match(remedy ?? "", /^ +→ \S.*\.$/);
    }
    assert.match(
      findingLines(found[0] ?? assert.fail()).join("\n"),
      / Go 1\.21\.4\n +expected: Go 1\.2/,
    );
  });

  for (const [only, user] of [
    ["component", "a component"],
    ["bench", "a benchmark"],
    ["check", "a check"],
    ["env", "`meridian env`"],
  ] as const) {
    it(`examines what only ${user} needs without missing it`, async () => {
      await world.fakeGo();
      const some: ToolPin[] = [{ ...pin([goSource], "dnsperf"), only }];
      const found = await examine(world.options(some));
      const { ok, detail } = found.find((item) => item.name === "dnsperf") ?? {};
      assert.equal(ok, true);
      assert.match(detail ?? "", new RegExp(`^not in the cache; installed when ${user} needs it`));
    });
  }

  it("asks for the Go that the tools at hand are built with, not for that of others", async () => {
    await world.fakeGo("1.25.4");
    const platform = pin([goSource], "etcd");
    const check: ToolPin = {
      ...pin([{ ...goSource, folder: "checks" } as Source], "zizmor"),
      only: "check",
    };
    const options = world.options([platform, check]);
    await ensureTools(["etcd"], () => undefined, options);
    const [go] = await examine(options);
    assert.deepEqual([go?.name, go?.ok], ["go", true]);
    const building = ensureTools(["zizmor"], () => undefined, options);
    await assert.rejects(building, /Go 1\.25\.4 was found, and 1\.26(\.\d+)? or later is needed/);
  });

  it("works in the order of the table and reports each tool to its end", async () => {
    await world.fakeGo();
    const seen: ToolProgress[] = [];
    const backwards = [...names].reverse();
    await ensureTools(backwards, (progress) => seen.push(progress), world.options(pins));
    const done = seen.filter((progress) => progress.phase === "done");
    assert.deepEqual(
      done.map(({ tool, fraction, message }) => [tool, fraction, message]),
      names.map((name) => [name, 1, "1.2.3 (go)"]),
    );
  });
});

describe("toolchain: small decisions", () => {
  it("orders Go versions as numbers", () => {
    const part = fc.nat(40);
    const version = fc.tuple(part, part, part);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const first = a.findIndex((value, index) => value !== b[index]);
        const older = first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
        assert.equal(isOlder(a.join("."), b.join(".")), older);
      }),
    );
    assert.ok(isOlder("1.9", "1.10"));
    assert.ok(!isOlder("1.25", "1.25.0"));
  });

  it("needs the newest Go of the module folders", async () => {
    const [host, both] = await Promise.all([
      neededGo(["language-nodejs"]),
      neededGo(["language-nodejs", "platform"]),
    ]);
    assert.ok(isOlder(host, both), `${host} and ${both}`);
  });

  it("learns how fast the machine builds", () => {
    const clock = new BuildClock(2);
    assert.equal(clock.expectedSeconds(10), 10);
    clock.learn(300, 900);
    assert.ok(clock.expectedSeconds(10) > 25);
    clock.learn(3000, 30);
    assert.ok(clock.expectedSeconds(10) < 4);
  });
});
