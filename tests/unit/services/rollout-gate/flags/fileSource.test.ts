import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { FileSource } from "../../../../../services/rollout-gate/flags/fileSource";
import type { RegionFlags } from "../../../../../services/rollout-gate/flags/regionFlags";
import { flagFile, inRegion, percentageFlag } from "../../../../support/flags";
import { makeFolder } from "../../../../support/folder";
import { flagsOf } from "../../../../support/regionFlags";
import { until } from "../../../../support/until";

describe("Flags from a file", () => {
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  let source: FileSource;
  let flags: RegionFlags;
  let told: number;

  const text = (percentage: number) => flagFile([percentageFlag("shop", percentage)]);
  const write = (content: string) => fs.writeFileSync(file, content);
  const rename = (content: string) => {
    fs.writeFileSync(`${file}.new`, content);
    fs.renameSync(`${file}.new`, file);
  };
  const start = (log: (line: string) => void = () => undefined) => {
    source = new FileSource(file, log);
    ({ flags } = flagsOf(source));
    flags.onChange(() => (told += 1));
    flags.start();
  };
  const percentage = () => {
    const { state, fresh } = flags.known("shop");
    return fresh && state?.kind === "on" ? state.percentage : undefined;
  };
  const is = (expected: number) => until(`at ${expected} %`, () => percentage() === expected);
  const stale = (why: RegExp) =>
    until(`stale: ${why}`, () => {
      const { fresh, reason } = flags.known("shop");
      return !fresh && why.test(reason);
    });

  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "flags.local.json");
    told = 0;
  });
  afterEach(() => {
    flags.close();
    folder.remove();
  });

  it("follows what is written into it, with the same versions or others", async () => {
    write(text(10));
    start();
    await is(10);
    for (const next of [25, 50, 10]) {
      write(text(next));
      await is(next);
    }
  });

  it("follows replacements by rename, time and again", async () => {
    write(text(10));
    start();
    for (const next of [25, 50, 10, 100, 25]) {
      rename(text(next));
      await is(next);
    }
    write(text(50));
    await is(50);
  });

  it("follows a link that is turned to another file, as Kubernetes mounts files", async () => {
    const turn = (name: string, content: string) => {
      const dir = path.join(folder.dir, name);
      fs.mkdirSync(dir);
      fs.writeFileSync(path.join(dir, "flags.json"), content);
      fs.symlinkSync(name, path.join(folder.dir, "..next"));
      fs.renameSync(path.join(folder.dir, "..next"), path.join(folder.dir, "..data"));
    };
    turn("..1", text(10));
    fs.symlinkSync("..data/flags.json", file);
    start();
    await is(10);
    turn("..2", text(25));
    await is(25);
  });

  it("is stale while the file is half-written, and whole again with its rest", async () => {
    write(text(10));
    start();
    await is(10);
    const whole = text(100);
    write(whole.slice(0, whole.length / 2));
    await stale(/is not whole: not JSON/);
    assert.deepEqual(flags.known("shop").state, { kind: "on", percentage: 10 });
    fs.appendFileSync(file, whole.slice(whole.length / 2));
    await is(100);
  });

  it("is stale while the file is empty, and believes what is then written", async () => {
    write(text(10));
    start();
    await is(10);
    fs.truncateSync(file);
    await stale(/is not whole/);
    write(text(10));
    await is(10);
  });

  it("outlives the file's removal, and that of its folder", async () => {
    const lines: string[] = [];
    write(text(10));
    start((line) => lines.push(line));
    await is(10);
    fs.rmSync(file);
    await stale(/cannot be read: ENOENT/);
    write(text(25));
    await is(25);
    fs.rmSync(folder.dir, { recursive: true });
    await stale(/cannot be read: ENOENT/);
    fs.mkdirSync(folder.dir);
    write(text(50));
    await is(50);
    const missing = lines.filter((line) => line.includes("ENOENT"));
    assert.equal(missing.length, 2, "each time is told once");
  });

  it("waits for a file that is not there yet, and for its folder", async () => {
    fs.rmSync(folder.dir, { recursive: true });
    start();
    await stale(/cannot be read: ENOENT/);
    assert.equal(source.silentSeconds(), undefined);
    fs.mkdirSync(folder.dir);
    write(text(25));
    await is(25);
    assert.ok((source.silentSeconds() ?? 9) < 4);
  });

  it("tells nobody of a file that was touched, or says the same in other words", async () => {
    write(text(10));
    start();
    await is(10);
    await until("all is compared", () => told === 2);
    const later = new Date(Date.now() + 60_000);
    fs.utimesSync(file, later, later);
    write(JSON.stringify(JSON.parse(text(10)), null, 2));
    write(flagFile([percentageFlag("shop", 10), percentageFlag("blog", 25)]));
    await until("the other flag is known", () => flags.known("blog").state !== undefined);
    assert.ok(told <= 4, `told ${told} times`);
    assert.equal(percentage(), 10);
  });

  it("takes no file whose form is wrong for flags that are off", async () => {
    const flag: Record<string, unknown> = { ...percentageFlag("shop", 10) };
    delete flag["on"];
    for (const [content, why] of [
      [flagFile([flag]), /flags\.shop\.on/],
      ["[]", /is not whole/],
      ["null", /is not whole/],
      [JSON.stringify({ flags: { blog: percentageFlag("shop", 10) } }), /blog: its key is shop/],
      [
        JSON.stringify({ flags: { shop: percentageFlag("shop", 1) }, flagValues: { shop: true } }),
        /flagValues/,
      ],
    ] as const) {
      write(text(10));
      start();
      await is(10);
      write(content);
      await stale(why);
      assert.deepEqual(flags.known("shop").state, { kind: "on", percentage: 10 });
      flags.close();
    }
  });

  it("reads rules by segments, and takes no simple value for a flag that can gate", async () => {
    const clause = { attribute: "", op: "segmentMatch", values: ["firsts"], negate: false };
    const rules = [{ id: "by-segment", clauses: [clause], variation: 0 }];
    const flag = percentageFlag("shop", 0, { rules });
    const segment = (tier: string) => {
      const tiers = { ...inRegion(tier), attribute: "tier" };
      return { key: "firsts", version: 1, rules: [{ clauses: [tiers] }] };
    };
    write(flagFile([flag], [segment("first")]));
    start();
    await is(100);
    write(flagFile([flag], [segment("second")]));
    await is(0);
    write(JSON.stringify({ flagValues: { shop: true } }));
    await until("it is no flag of true and false", () =>
      /no flag of/.test(flags.known("shop").reason),
    );
    assert.deepEqual([flags.known("shop").state, flags.known("shop").fresh], [undefined, true]);
  });
});
