import assert from "node:assert/strict";
import { Random } from "../../../drills/random";

const series = (random: Random, count = 20) => Array.from({ length: count }, () => random.next());

describe("Random", () => {
  it("repeats itself for the same seed and round", () => {
    assert.deepEqual(series(Random.ofRound(7, 3)), series(Random.ofRound(7, 3)));
  });

  it("differs for another round and another seed", () => {
    const all = [Random.ofRound(1, 1), Random.ofRound(1, 2), Random.ofRound(2, 1)].map((random) =>
      series(random).join(),
    );
    assert.equal(new Set(all).size, 3);
  });

  it("stays within its bounds", () => {
    const random = new Random(1);
    for (let count = 0; count < 1000; count++) {
      const number = random.between(2, 3);
      assert.ok(number >= 2 && number < 3);
    }
  });

  it("gives every choice its turn over rounds that follow one another", () => {
    const counts = [0, 0, 0, 0, 0];
    for (let round = 1; round <= 1000; round++) {
      const choice = Random.ofRound(1, round).pick([0, 1, 2, 3, 4]);
      counts[choice] = (counts[choice] ?? 0) + 1;
    }
    for (const count of counts) assert.ok(count > 150 && count < 250, counts.join());
  });

  it("refuses to choose from nothing", () => {
    assert.throws(() => new Random(1).pick([]), RangeError);
  });
});
