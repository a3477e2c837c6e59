import assert from "node:assert/strict";
import { longestChain, type Step } from "../../../bench/criticalPath";

describe("the longest chain", () => {
  const step = (name: string, ms: number, ...after: string[]): Step => ({ name, ms, after });

  it("of steps one after the other is all of them, in whatever order they are given", () => {
    const steps = [step("c", 3, "b"), step("a", 1), step("b", 2, "a")];
    assert.deepEqual(longestChain(steps), { ms: 6, names: ["a", "b", "c"] });
  });

  it("of a diamond takes its longer side, and counts what both share once", () => {
    const diamond = (left: number, right: number) =>
      longestChain([
        step("top", 1),
        step("left", left, "top"),
        step("right", right, "top"),
        step("bottom", 1, "left", "right"),
      ]);
    assert.deepEqual(diamond(5, 2), { ms: 7, names: ["top", "left", "bottom"] });
    assert.deepEqual(diamond(2, 5), { ms: 7, names: ["top", "right", "bottom"] });
  });

  it("may end in the middle of the graph, and beside it", () => {
    const steps = [step("a", 1), step("b", 1, "a"), step("alone", 3)];
    assert.deepEqual(longestChain(steps), { ms: 3, names: ["alone"] });
  });

  it("passes through steps that take no time", () => {
    const steps = [step("a", 1), step("component", 0, "a"), step("b", 1, "component")];
    assert.equal(longestChain(steps).ms, 2);
  });

  it("ignores dependencies that are no steps", () => {
    assert.deepEqual(longestChain([step("a", 2, "elsewhere")]), { ms: 2, names: ["a"] });
  });

  it("is nothing where there are no steps, and refuses a circle", () => {
    assert.deepEqual(longestChain([]), { ms: 0, names: [] });
    assert.throws(() => longestChain([step("a", 1, "b"), step("b", 1, "a")]), /depends on itself/);
  });

  it("is found in a graph of many paths", () => {
    const layers = Array.from({ length: 40 }, (_, layer) =>
      ["x", "y"].map((side) =>
        step(`${side}${layer}`, 1, ...(layer === 0 ? [] : [`x${layer - 1}`, `y${layer - 1}`])),
      ),
    );
    assert.equal(longestChain(layers.flat()).ms, 40);
  });
});
