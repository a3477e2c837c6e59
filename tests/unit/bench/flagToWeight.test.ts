import assert from "node:assert/strict";
import { figuresOf, type FlagTimes } from "../../../bench/benchmarks/flagToWeight";
import { judge } from "../../../bench/report";
import { firstBy, grownBy, lastBy, type Served } from "../../../bench/served";

/** One answer each millisecond, from 1 on. */
const answers = (versions: string): Served[] =>
  [...versions].map((version, index) => ({ version, at: index + 1 }));

describe("what a gateway answered", () => {
  it("tells when a version first did", () => {
    assert.equal(firstBy("n", answers("ooonon")), 4);
    assert.equal(firstBy("n", answers("ooo")), undefined);
    assert.equal(firstBy("n", []), undefined);
  });

  it("tells when a version's share has grown: by two of its answers that are closer than before", () => {
    const tenth = "n" + "o".repeat(9);
    assert.equal(grownBy("n", answers(tenth + tenth + "n"), 10, 25), undefined);
    assert.equal(grownBy("n", answers(tenth + "noooooon"), 10, 25), undefined);
    assert.equal(grownBy("n", answers(tenth + "nooooonooon"), 10, 25), 17);
    assert.equal(grownBy("n", answers("ooooo"), 10, 25), undefined);
  });

  it("tells when a version did for the last time, once enough others have", () => {
    assert.equal(lastBy("n", answers("onoonooo"), 0, 3), 5);
    assert.equal(lastBy("n", answers("onoonooo"), 0, 4), undefined);
    assert.equal(lastBy("n", answers("onoonooon"), 0, 3), undefined);
  });

  it("counts no answer from before the gateway was told", () => {
    assert.equal(lastBy("n", answers("noooo"), 3, 3), undefined);
    assert.equal(lastBy("n", answers("nooooo"), 3, 3), 1);
  });

  it("tells when the gateway was told where the version had never answered", () => {
    assert.equal(lastBy("n", answers("oooo"), 1, 3), 1);
    assert.equal(lastBy("n", [], 1, 3), undefined);
  });
});

describe("figures of flag-to-weight", () => {
  const run = (up: number): FlagTimes => ({
    up: { served: [up, up + 1, up + 2], byHand: [1, 1, 1], written: [up, up, up] },
    raise: { served: [1.5, 1.5, 2.5], byHand: [0.5, 0.5, 0.5], written: [1, 1, 1] },
    off: {
      ...{ served: [0.5, 0.5, 0.25], byHand: [0.5, 0.5, 0.25] },
      written: [0.25, 0.25, 0.25],
    },
  });
  const figures = figuresOf([run(1), run(2), run(3)]).map(judge);
  const [up99, up50, raise99, raise50, off99, off50] = figures;

  it("are the P99 and the P50 of each run, beside those of the weight by hand", () => {
    assert.deepEqual(up99?.values, [3, 4, 5]);
    assert.deepEqual(up50?.values, [2, 3, 4]);
    assert.deepEqual(up99?.peer?.values, [1, 1, 1]);
    assert.equal(up99?.ratio?.median, 4);
    assert.deepEqual([raise99?.median, raise50?.median, raise99?.ratio?.median], [2.5, 1.5, 5]);
    assert.deepEqual([off99?.median, off50?.median, off99?.ratio?.median], [0.5, 0.5, 1]);
    assert.equal(figures.length, 6);
  });

  it("hold each P99 against two seconds", () => {
    assert.deepEqual([up99?.met, raise99?.met, off99?.met], [false, false, true]);
    assert.deepEqual([up50?.aim, raise50?.aim, off50?.aim], [undefined, undefined, undefined]);
  });

  it("tell the P99 of all samples, and of the weight that is written", () => {
    assert.deepEqual(up99?.details, { samples: 9, p99OfAll: 5, writtenP50: 2, writtenP99: 3 });
    assert.match(up99?.note ?? "", /of all 9 samples P99 is 5\.00 s, and 3\.00 s to the weight/);
  });
});
