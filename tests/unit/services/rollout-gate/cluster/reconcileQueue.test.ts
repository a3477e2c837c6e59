import * as assert from "node:assert/strict";
import { ReconcileQueue } from "../../../../../services/rollout-gate/cluster/reconcileQueue";
import { until } from "../../../../support/until";

const times = { spacing: 20, firstRetry: 30, longestRetry: 60 };

describe("Looking at things", () => {
  let looks: ReconcileQueue;
  /** When each look began, by key. */
  let seen: { key: string; at: number }[];
  let busy: number;
  let most: number;
  let result: (key: string) => Promise<number | undefined>;

  beforeEach(() => {
    [seen, busy, most] = [[], 0, 0];
    result = () => Promise.resolve(undefined);
    looks = new ReconcileQueue(async (key) => {
      seen.push({ key, at: performance.now() });
      most = Math.max(most, ++busy);
      try {
        return await result(key);
      } finally {
        busy--;
      }
    }, times);
  });
  afterEach(() => looks.stop());

  const gaps = () => seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0));
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 5 * times.longestRetry));

  it("gathers a storm into few looks, never two at once, the last one after all that happened", async () => {
    let told = 0;
    let known = 0;
    result = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      known = told;
      return undefined;
    };
    const began = performance.now();
    while (performance.now() - began < 100) {
      told++;
      looks.ask("a");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until("the last one is seen", () => known === told);
    await quiet();
    assert.ok(told > 100, `${told}`);
    assert.ok(seen.length <= 2 + (performance.now() - began) / times.spacing, `${seen.length}`);
    assert.equal(most, 1);
  });

  it("looks once more after what happened during a look", async () => {
    let release = () => {};
    result = () => new Promise((resolve) => (release = () => resolve(undefined)));
    looks.ask("a");
    await until("a look", () => seen.length === 1);
    looks.ask("a");
    looks.ask("a");
    release();
    await until("another look", () => seen.length === 2);
    release();
    await quiet();
    assert.equal(seen.length, 2);
  });

  it("looks at different things side by side", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    result = () => gate.then(() => undefined);
    ["a", "b", "c"].forEach((key) => looks.ask(key));
    await until("three at once", () => most === 3);
    release();
  });

  it("tries again after failures, each time later, and at once when something happens", async () => {
    result = () => Promise.reject(new Error("no"));
    looks.ask("a");
    await until("five looks", () => seen.length === 5);
    const least = [30, 60, 60, 60];
    gaps().forEach((gap, index) => assert.ok(gap >= (least[index] ?? 0) - 2, `${index}: ${gap}`));
    result = () => Promise.resolve(undefined);
    looks.ask("a");
    await until("another look", () => seen.length === 6);
    await quiet();
    assert.equal(seen.length, 6);
  });

  it("looks again when it was asked to wait", async () => {
    result = () => Promise.resolve(seen.length < 3 ? 40 : undefined);
    looks.ask("a");
    await until("three looks", () => seen.length === 3);
    await quiet();
    assert.equal(seen.length, 3);
    assert.ok(gaps().every((gap) => gap >= 38));
  });

  it("forgets what is gone, and ends", async () => {
    result = () => Promise.reject(new Error("no"));
    looks.ask("a");
    looks.ask("b");
    await until("a look at each", () => seen.length >= 2);
    looks.forget("a");
    const before = seen.length;
    await until("another look at b", () => seen.length >= before + 2);
    assert.ok(seen.slice(before).every(({ key }) => key === "b"));
    looks.stop();
    const at = seen.length;
    looks.ask("c");
    await quiet();
    assert.ok(seen.length <= at);
  });
});
