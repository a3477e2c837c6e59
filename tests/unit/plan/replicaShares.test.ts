import assert from "node:assert/strict";
import fc from "fast-check";
import { apportion } from "../../../infra/plan/replicaShares";
import type { Member, Shares } from "../../../infra/plan/types";

const equal = (count: number): Member[] =>
  Array.from({ length: count }, (_, i) => ({ name: `r${i}`, weight: 1 }));

/** One to eight members, at least one of them with a weight. */
const members = fc
  .array(fc.nat(100), { minLength: 1, maxLength: 8 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => weights.map((weight, i) => ({ name: `r${i}`, weight })));
const replicas = fc.nat(5000);

const sum = (shares: Shares) => Object.values(shares).reduce((total, share) => total + share, 0);

/** Replicas that stop where they run. */
const moved = (from: Shares, to: Shares) =>
  Object.entries(from).reduce((total, [name, n]) => total + Math.max(0, n - (to[name] ?? 0)), 0);

describe("divide", () => {
  it("makes 4/3/3 of 10 over 3", () => {
    assert.deepEqual(apportion(10, equal(3)), { r0: 4, r1: 3, r2: 3 });
  });

  it("is fair: equal weights differ by one at most", () => {
    fc.assert(
      fc.property(replicas, fc.integer({ min: 1, max: 12 }), (total, count) => {
        const shares = Object.values(apportion(total, equal(count)));
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  it("divides the exact total, within one of each quota, nothing to a weight of 0", () => {
    fc.assert(
      fc.property(replicas, members, (total, all) => {
        const shares = apportion(total, all);
        const weights = all.reduce((weight, member) => weight + member.weight, 0);
        assert.equal(sum(shares), total);
        for (const { name, weight } of all) {
          assert.ok(Math.abs((shares[name] ?? NaN) - (total * weight) / weights) < 1);
          if (weight === 0) assert.equal(shares[name], 0);
        }
      }),
    );
  });

  it("is deterministic, and leaves its own result as it is", () => {
    fc.assert(
      fc.property(replicas, members, (total, all) => {
        const shares = apportion(total, all);
        assert.deepEqual(apportion(total, all), shares);
        assert.deepEqual(apportion(total, all, shares), shares);
      }),
    );
  });

  it("moves to a new region only what it receives, when weights are equal", () => {
    fc.assert(
      fc.property(replicas, fc.integer({ min: 1, max: 10 }), (total, count) => {
        const before = apportion(total, equal(count));
        const after = apportion(total, equal(count + 1), before);
        assert.equal(moved(before, after), after[`r${count}`]);
      }),
    );
  });

  it("moves from a lost region only what it held, when weights are equal", () => {
    fc.assert(
      fc.property(replicas, fc.integer({ min: 2, max: 10 }), fc.nat(9), (total, count, which) => {
        const before = apportion(total, equal(count));
        const lost = `r${which % count}`;
        const left = equal(count).filter(({ name }) => name !== lost);
        assert.equal(moved(before, apportion(total, left, before)), before[lost]);
      }),
    );
  });

  it("keeps those rules through any order of losses and returns", () => {
    const events = fc.array(fc.nat(5), { maxLength: 20 });
    fc.assert(
      fc.property(replicas, events, (total, toggles) => {
        let live = equal(6);
        let shares = apportion(total, live);
        for (const which of toggles) {
          const name = `r${which}`;
          const leaving = live.some((member) => member.name === name);
          if (leaving && live.length === 1) continue;
          live = leaving ? live.filter((m) => m.name !== name) : [...live, { name, weight: 1 }];
          const next = apportion(total, live, shares);
          assert.equal(moved(shares, next), (leaving ? shares : next)[name]);
          shares = next;
        }
      }),
    );
  });

  it("moves as little as any division within the quotas could, whatever the weights", () => {
    const few = members.filter((all) => all.length <= 5);
    const current = fc.array(fc.nat(12), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.nat(40), few, current, (total, all, counts) => {
        const before = Object.fromEntries(counts.map((n, i) => [`r${i}`, n]));
        const least = Math.min(...allWithinQuota(total, all).map((each) => moved(before, each)));
        assert.equal(moved(before, apportion(total, all, before)), least);
      }),
    );
  });

  it("refuses what cannot be divided", () => {
    assert.throws(() => apportion(3, []), RangeError);
    assert.throws(() => apportion(3, [{ name: "a", weight: 0 }]), RangeError);
    assert.throws(() => apportion(-1, equal(2)), RangeError);
    assert.throws(() => apportion(1.5, equal(2)), RangeError);
    assert.throws(() => apportion(1, [{ name: "a", weight: NaN }]), RangeError);
    assert.throws(() => apportion(1, [...equal(1), ...equal(1)]), RangeError);
    assert.deepEqual(apportion(0, [{ name: "a", weight: 0 }]), { a: 0 });
  });
});

/** Every division that rounds each quota down or up: what `divide` chooses from. */
function allWithinQuota(total: number, all: readonly Member[]): Shares[] {
  const weights = all.reduce((weight, member) => weight + member.weight, 0);
  const choices = all.reduce<Shares[]>(
    (partial, { name, weight }) => {
      const floor = Math.floor((total * weight) / weights);
      const options = (total * weight) % weights === 0 ? [floor] : [floor, floor + 1];
      return partial.flatMap((shares) => options.map((share) => ({ ...shares, [name]: share })));
    },
    [{}],
  );
  return choices.filter((shares) => sum(shares) === total);
}
