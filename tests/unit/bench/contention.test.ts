import assert from "node:assert/strict";
import { uncontendedMs } from "../../../bench/contention";

describe("time with a core for every thread", () => {
  const samples = [
    { at: 100, runnable: 2 },
    { at: 200, runnable: 8 },
    { at: 300, runnable: 0 },
  ];

  it("is as it was while there are cores enough", () => {
    assert.equal(uncontendedMs(samples, 2, 100, 200), 100);
    assert.equal(uncontendedMs(samples, 8, 0, 1000), 1000);
  });

  it("is the share of a core that a thread had where more wanted one", () => {
    assert.equal(uncontendedMs(samples, 2, 200, 300), 25);
    assert.equal(uncontendedMs(samples, 2, 150, 250), 50 + 12.5);
  });

  it("of a whole interval is that of its pieces", () => {
    const whole = uncontendedMs(samples, 2, 0, 500);
    assert.equal(
      whole,
      uncontendedMs(samples, 2, 0, 130) +
        uncontendedMs(samples, 2, 130, 270) +
        uncontendedMs(samples, 2, 270, 500),
    );
    assert.equal(whole, 100 + 100 + 25 + 200);
  });

  it("takes nothing off before the first sample, and where there is none", () => {
    assert.equal(uncontendedMs(samples, 1, 0, 50), 50);
    assert.equal(uncontendedMs([], 1, 10, 50), 40);
  });
});
