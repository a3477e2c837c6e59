import assert from "node:assert/strict";
import fc from "fast-check";
import { median, percentile, ratios, summarize } from "../../../bench/statistics";

const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 });

describe("median", () => {
  it("is the middle of an odd count, whatever the order", () => {
    assert.equal(median([9, 1, 5]), 5);
  });

  it("is the mean of the two in the middle of an even count", () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it("sorts by size and not as text", () => {
    assert.equal(median([10, 9, 100]), 10);
  });

  it("leaves its argument as it was", () => {
    const given = [3, 1, 2];
    median(given);
    assert.deepEqual(given, [3, 1, 2]);
  });

  it("refuses an empty series", () => {
    assert.throws(() => median([]), RangeError);
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it("is the nearest rank: the 99th of a hundred", () => {
    assert.equal(percentile(hundred, 99), 99);
    assert.equal(percentile(hundred, 50), 50);
  });

  it("has the smallest and the largest at its ends", () => {
    assert.equal(percentile(hundred, 0), 1);
    assert.equal(percentile(hundred, 100), 100);
  });

  it("takes the largest of few", () => {
    assert.equal(percentile([1, 2, 3], 99), 3);
  });

  it("is always a value that was measured and never falls with the percentage", () => {
    const percents = fc.tuple(fc.nat(100), fc.nat(100));
    fc.assert(
      fc.property(values, percents, (series, [one, other]) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        assert.ok(series.includes(percentile(series, low)));
        assert.ok(percentile(series, low) <= percentile(series, high));
      }),
    );
  });

  it("refuses what is no percentage", () => {
    for (const percent of [-1, 101, NaN]) assert.throws(() => percentile([1], percent), RangeError);
  });
});

describe("summarize", () => {
  it("tells median and spread", () => {
    assert.deepEqual(summarize([3, 1, 2]), { median: 2, min: 1, max: 3 });
  });

  it("has the median within the spread", () => {
    fc.assert(
      fc.property(values, (series) => {
        const { median: middle, min, max } = summarize(series);
        assert.ok(min <= middle && middle <= max);
      }),
    );
  });
});

describe("ratios", () => {
  it("divides each by its own peer", () => {
    assert.deepEqual(ratios([2, 9], [1, 3]), [2, 3]);
  });

  it("refuses a value without a peer", () => {
    assert.throws(() => ratios([1, 2], [1]), RangeError);
  });
});
