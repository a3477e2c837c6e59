import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { leftText } from "../../../cli/progress";
import { awsKind, localKind } from "../../../cli/runKinds";
import { RunClock } from "../../../operations/runTimes/clock";
import {
  type Duration,
  mostRuns,
  type RunTime,
  runTime,
  timeLeft,
} from "../../../operations/runTimes/estimate";
import {
  readRunTimes,
  type RunTimes,
  storeRunTime,
  withRun,
} from "../../../operations/runTimes/store";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";

/** A run of 100 steps. Most of its time passes in the last ones, as when API servers start late. @param ms Its duration. */
const lateRun = (ms: number): RunTime =>
  runTime(
    ms,
    Array.from({ length: 100 }, (_, step) =>
      step < 80 ? (ms * step) / 400 : (ms * (step + 1)) / 100,
    ),
  );

const figure = (left: Duration | undefined): number => {
  assert.equal(typeof left, "number", `${String(left)} is no single figure`);
  return left as number;
};

describe("The time left of a run", () => {
  it("is that of the last run at the same step, whatever share of the steps is done", () => {
    // The rule of three would say 26 s of a run of 81: half of the steps take a tenth of the time.
    const run = lateRun(81_000);
    const elapsedMs = run.tenths[5] ?? 0;
    const left = figure(timeLeft([run], { elapsedMs, done: 50 }));
    assert.ok(Math.abs(left - (81_000 - elapsedMs)) < 1000, `${left}`);
  });

  it("is longer on a slower machine, and shorter on a faster one", () => {
    const run = lateRun(80_000);
    const then = run.tenths[9] ?? 0;
    const at = (elapsedMs: number) => figure(timeLeft([run], { elapsedMs, done: 90 }));
    assert.ok(at(2 * then) > 1.8 * at(then));
    assert.ok(at(then / 2) < 0.6 * at(then));
  });

  it("grows while no step ends, and does not promise the end", () => {
    const at = (elapsedMs: number) => figure(timeLeft([lateRun(20_000)], { elapsedMs, done: 90 }));
    assert.ok(at(60_000) > at(30_000));
    assert.ok(at(600_000) > at(60_000));
  });

  it("is a range if earlier runs differ much, and their middle if they do not", () => {
    const left = (...ms: number[]) => timeLeft(ms.map(lateRun), { elapsedMs: 0, done: 0 });
    assert.deepEqual(left(20_000, 80_000), [20_000, 80_000]);
    assert.equal(left(30_000, 24_000, 28_000), 28_000);
  });

  it("counts down from the duration of earlier runs without steps, and is not known once that has passed", () => {
    const run = runTime(10_000, []);
    const left = (elapsedMs: number) => timeLeft([run], { elapsedMs, done: 0 });
    assert.equal(left(4000), 6000);
    assert.equal(left(10_001), undefined);
  });

  it("is a range on a machine that has done none, and not known once that has passed", () => {
    const left = (elapsedMs: number) => timeLeft([], { elapsedMs, done: 3 }, [20_000, 120_000]);
    assert.deepEqual(left(0), [20_000, 120_000]);
    assert.deepEqual(left(30_000), [0, 90_000]);
    assert.equal(left(120_000), undefined);
    assert.equal(timeLeft([], { elapsedMs: 0, done: 0 }), undefined);
  });

  it("is never negative, and never more than the pace explains", () => {
    const runs = fc.array(
      fc
        .tuple(
          fc.integer({ min: 1, max: 600_000 }),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        )
        .map(([ms, parts]) =>
          runTime(
            ms,
            parts.sort((a, b) => a - b).map((part) => part * ms),
          ),
        ),
      { maxLength: 7 },
    );
    fc.assert(
      fc.property(runs, fc.nat(600_000), fc.nat(200), (earlier, elapsedMs, done) => {
        const left = timeLeft(earlier, { elapsedMs, done });
        const [least, most] = typeof left === "number" ? [left, left] : (left ?? [0, 0]);
        const longest = Math.max(0, ...earlier.map(({ ms }) => ms));
        const pace = Math.max(1, (elapsedMs + 5000) / 5000);
        assert.ok(least >= 0 && most >= least && most <= longest * pace + 1);
      }),
    );
  });
});

describe("The time left as text", () => {
  for (const [left, since, text] of [
    [61_000, 0, ", about 61 s left"],
    [61_000, 20_000, ", about 41 s left"],
    [[20_000, 120_000], 0, ", 20 s to 2 min 0 s left"],
    [[0, 90_000], 0, ", up to 1 min 30 s left"],
    [5000, 5000, ""],
    [undefined, 0, ""],
  ] as const)
    it(`is "${text}"`, () => assert.equal(leftText(left, since), text));
});

describe("The stored times of runs", () => {
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "meridian/run-times.json");
  });
  afterEach(() => folder.remove());

  it("are those of the last runs of each kind, the next run's estimate", () => {
    for (let ms = 1; ms <= mostRuns + 2; ms++) storeRunTime(file, "up", runTime(ms * 1000, [1]));
    storeRunTime(file, "preview", runTime(2000, []));
    const times = readRunTimes(file);
    assert.deepEqual(Object.keys(times), ["up", "preview"]);
    assert.deepEqual(
      times["up"]?.map(({ ms }) => ms),
      [3000, 4000, 5000, 6000, 7000],
    );
  });

  it("of a clock are those of a run that has ended", () => {
    let now = 0;
    const clock = () => new RunClock({ kind: "up", steps: 4 }, file, () => now);
    const first = clock();
    assert.equal(first.left(), undefined);
    assert.equal(first.expected, 4);
    for (const at of [1000, 2000, 30_000]) {
      now = at;
      first.step();
    }
    first.finish();
    const second = clock();
    assert.equal(second.expected, 3);
    assert.equal(second.left(), 30_000);
    for (let step = 0; step < 4; step++) second.step();
    assert.equal(second.expected, 4);
    assert.equal(new RunClock({ kind: "another" }, file).expected, undefined);
    // A run that fails or is interrupted stores nothing.
    second.step();
    assert.equal(readRunTimes(file)["up"]?.length, 1);
  });

  it("keep the kinds that ran last", () => {
    let times: RunTimes = {};
    for (let kind = 0; kind < 60; kind++) times = withRun(times, `kind ${kind}`, runTime(1, []));
    times = withRun(times, "kind 15", runTime(2, []));
    assert.equal(Object.keys(times).length, 50);
    assert.equal(times["kind 15"]?.length, 2);
    assert.equal(times["kind 9"], undefined);
  });

  for (const [what, text] of [
    ["empty", ""],
    ["cut short", '{"up": [{"ms": 1'],
    ["of another shape", '{"up": {"ms": 1}}'],
    ["negative", '{"up": [{"ms": -1, "steps": 0, "tenths": []}]}'],
    ["incomplete", '{"up": [{"ms": 1, "steps": 3, "tenths": [1, 2]}]}'],
  ] as const)
    it(`are none if the file is ${what}, and the next run replaces it`, () => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      assert.deepEqual(readRunTimes(file), {});
      storeRunTime(file, "up", runTime(5, []));
      assert.equal(readRunTimes(file)["up"]?.[0]?.ms, 5);
    });

  it("are none where nothing can be read or written, and that is no error", () => {
    const blocked = path.join(folder.dir, "file/run-times.json");
    fs.writeFileSync(path.dirname(blocked), "");
    storeRunTime(blocked, "up", runTime(5, []));
    assert.deepEqual(readRunTimes(blocked), {});
  });
});

describe("The kind of a run", () => {
  const plan = planOf([small("eu-west-1"), small("us-east-1")]);
  const own = ["hub", "federation"];

  it("depends on the regions that it creates and deletes", () => {
    const kinds = [
      [],
      [...own, "eu-west-1"],
      [...own, "eu-west-1", "us-east-1"],
      [...own, "eu-west-1", "us-east-1", "eu-north-1"],
    ].map((created) => localKind("up", plan, created).kind);
    assert.equal(new Set(kinds).size, 4);
    assert.equal(kinds[1], "up local, 2 regions, 1 to create, 0 to delete");
  });

  it("has a range for the first creation on a machine, and no figure for another change", () => {
    assert.ok(Array.isArray(localKind("up", plan, []).first));
    assert.equal(localKind("up", plan, []).steps, undefined);
    assert.equal(localKind("up", plan, [...own, "eu-west-1"]).first, undefined);
  });

  it("on AWS depends on how much a preview has counted", () => {
    const kinds = [0, 3, 50, 400].map((changed) => awsKind("up", "staging", 500, changed).kind);
    assert.deepEqual(kinds, [
      "up staging on AWS, none to change",
      "up staging on AWS, few to change",
      "up staging on AWS, many to change",
      "up staging on AWS, most to change",
    ]);
    assert.equal(awsKind("up", "staging", 500, 3).steps, 500);
    assert.deepEqual(awsKind("preview", "staging", 0), { kind: "preview staging on AWS" });
  });
});
