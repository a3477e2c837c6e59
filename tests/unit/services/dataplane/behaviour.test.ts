import * as assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import {
  type Behaviour,
  behaviourDiagnostics,
  Behaviours,
  ordinary,
  type Outcome,
  Workplace,
} from "../../../../services/dataplane/behaviour";
import { until } from "../../../support/until";
import { seeded } from "../../plan/dnsSample";

const settings = "latencyMs, jitterMs, errorRate, concurrency, queue";
const unknown = (field: string) => `${field}: no such setting; there are ${settings}`;

/** As it comes over the wire: a key like __proto__ is then one of the object's own. */
const parsed = (text: string) => JSON.parse(text) as unknown;

describe("Mistakes in settings of drills", () => {
  const good: readonly unknown[] = [
    {},
    ordinary,
    { latencyMs: 60_000, jitterMs: 60_000, errorRate: 1, concurrency: 100_000, queue: 100_000 },
    { latencyMs: 0, jitterMs: 0, errorRate: 0, concurrency: 1, queue: 0 },
    { errorRate: 0.05, versions: { "1.2.3": { errorRate: 1 }, "": {} } },
  ];
  for (const value of good)
    it(`are none in ${JSON.stringify(value)}`, () =>
      assert.deepEqual(behaviourDiagnostics(value), []));

  const bad: readonly (readonly [unknown, readonly string[]])[] = [
    ...[null, undefined, 7, "x", [], true].map(
      (value) => [value, ["the settings: expected an object"]] as const,
    ),
    [{ latency: 5 }, [unknown("latency")]],
    [{ latencyMs: -1 }, ["latencyMs: -1 is not a number from 0 to 60000"]],
    [{ latencyMs: 60_001 }, ["latencyMs: 60001 is not a number from 0 to 60000"]],
    [{ jitterMs: "5" }, ['jitterMs: "5" is not a number from 0 to 60000']],
    [{ errorRate: 1.01 }, ["errorRate: 1.01 is not a number from 0 to 1"]],
    [{ errorRate: NaN }, ["errorRate: null is not a number from 0 to 1"]],
    [{ concurrency: 0 }, ["concurrency: 0 is not a number from 1 to 100000"]],
    [{ queue: null }, ["queue: null is not a number from 0 to 100000"]],
    ...[null, 7, "x", [], [{}]].map(
      (versions) => [{ versions }, ["versions: expected an object"]] as const,
    ),
    [{ versions: { v1: 7 } }, ["versions.v1: expected an object"]],
    [{ versions: { v1: { versions: {} } } }, [unknown("versions.v1.versions")]],
    [
      { queue: -1, versions: { v1: { errorRate: 2 }, v2: { colour: 1 } } },
      [
        "queue: -1 is not a number from 0 to 100000",
        "versions.v1.errorRate: 2 is not a number from 0 to 1",
        unknown("versions.v2.colour"),
      ],
    ],
    [parsed('{"__proto__": {"errorRate": 1}}'), [unknown("__proto__")]],
    [{ constructor: 1, toString: 1 }, [unknown("constructor"), unknown("toString")]],
    [parsed('{"versions": {"v1": {"__proto__": 1}}}'), [unknown("versions.v1.__proto__")]],
    [
      parsed('{"versions": {"__proto__": {"errorRate": 2}}}'),
      ["versions.__proto__.errorRate: 2 is not a number from 0 to 1"],
    ],
  ];
  for (const [value, diagnostics] of bad)
    it(`are told of ${JSON.stringify(value)}`, () =>
      assert.deepEqual(behaviourDiagnostics(value), diagnostics));

  it("are looked for in anything, and what has none is a behaviour whose every number is sound", () => {
    const numbers = fc.oneof(fc.double(), fc.integer({ min: -1, max: 2 }), fc.string());
    const some = fc.record(
      { latencyMs: numbers, errorRate: numbers, concurrency: numbers, queue: numbers },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), some), (value) => {
        if (behaviourDiagnostics(value).length > 0) return;
        const behaviours = new Behaviours();
        behaviours.set("shop", value as Partial<Behaviour>);
        for (const found of Object.values(behaviours.of("shop", "1"))) assert.ok(found >= 0);
      }),
    );
  });
});

describe("The behaviours of apps", () => {
  it("are ordinary until they are set, and again when they are taken away", () => {
    const behaviours = new Behaviours();
    assert.deepEqual(behaviours.of("shop", "1"), ordinary);
    behaviours.set("shop", { latencyMs: 7 });
    assert.deepEqual(behaviours.of("shop", "1"), { ...ordinary, latencyMs: 7 });
    assert.deepEqual(behaviours.of("other", "1"), ordinary);
    assert.deepEqual(behaviours.all(), { shop: { latencyMs: 7 } });
    behaviours.set("shop", undefined);
    assert.deepEqual(behaviours.of("shop", "1"), ordinary);
    assert.deepEqual(behaviours.all(), {});
  });

  it("are those of a version where it has its own, field by field", () => {
    const behaviours = new Behaviours();
    const versions = { "2": { errorRate: 1, queue: 3 } };
    behaviours.set("shop", { latencyMs: 7, queue: 5, versions });
    assert.deepEqual(behaviours.of("shop", "1"), { ...ordinary, latencyMs: 7, queue: 5 });
    assert.deepEqual(behaviours.of("shop", "2"), {
      ...ordinary,
      latencyMs: 7,
      errorRate: 1,
      queue: 3,
    });
  });

  it("take no name for more than a name", () => {
    const behaviours = new Behaviours();
    for (const name of ["__proto__", "constructor", "toString"]) {
      assert.deepEqual(behaviours.of(name, name), ordinary);
      behaviours.set(name, { latencyMs: 1, versions: {} });
      assert.deepEqual(behaviours.of(name, name), { ...ordinary, latencyMs: 1 });
    }
    assert.deepEqual(Object.keys(behaviours.all()).length, 3);
    assert.equal(({} as Partial<Behaviour>).latencyMs, undefined);
  });
});

describe("A pod's work", () => {
  const narrow: Behaviour = { ...ordinary, latencyMs: 20, concurrency: 2, queue: 3 };

  it("goes on two at a time, three wait, the sixth is turned away at once", async () => {
    const pod = new Workplace();
    const ends: string[] = [];
    const all = ["a", "b", "c", "d", "e", "f"].map((name) =>
      pod.work(narrow).then((outcome) => ends.push(`${name} ${outcome}`)),
    );
    await turn();
    assert.deepEqual([pod.inFlight, pod.queued, ends], [2, 3, ["f saturated"]]);
    await Promise.all(all);
    assert.deepEqual(
      ends.slice(1).sort(),
      ["a", "b", "c", "d", "e"].map((x) => `${x} answered`),
    );
    assert.deepEqual(ends.slice(-1), ["e answered"]);
    assert.deepEqual([pod.inFlight, pod.queued], [0, 0]);
  });

  it("never goes beyond the limit, whenever requests come", async () => {
    const arrivals = fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 1, maxLength: 20 });
    const limits = fc.record({ concurrency: fc.integer({ min: 1, max: 4 }), queue: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(arrivals, limits, async (waits, limit) => {
        const pod = new Workplace();
        const seen: boolean[] = [];
        const outcomes: Promise<Outcome>[] = [];
        const look = () =>
          seen.push(pod.inFlight <= limit.concurrency && pod.queued <= limit.queue);
        for (const wait of waits) {
          // Between the steps of what has just ended, too.
          for (let i = 0; i < wait; i++) await Promise.resolve();
          if (wait === 3) await turn();
          const outcome = pod.work({ ...ordinary, ...limit, latencyMs: 0.01 });
          look();
          outcomes.push(outcome.finally(look).finally(() => void look()));
        }
        const all = await Promise.all(outcomes);
        assert.ok(seen.every(Boolean));
        const turnedAway = all.filter((one) => one === "saturated").length;
        assert.ok(turnedAway <= Math.max(0, waits.length - limit.concurrency - limit.queue));
        assert.deepEqual([pod.inFlight, pod.queued], [0, 0]);
      }),
      { numRuns: 30 },
    );
  });

  it("hands a slot on, so that nobody who comes in between takes it as well", async () => {
    const one = { ...ordinary, concurrency: 1, latencyMs: 1 };
    const all: Promise<Outcome>[] = [];
    let draws = 0;
    const pod: Workplace = new Workplace(() => {
      // The first request's last step: the third comes when its slot is free and the second has not begun.
      if (++draws === 2) queueMicrotask(() => all.push(pod.work(one)));
      return 0.5;
    });
    all.push(pod.work(one), pod.work(one));
    await all[0];
    await Promise.resolve();
    assert.deepEqual([all.length, pod.inFlight, pod.queued], [3, 1, 1]);
    assert.deepEqual(await Promise.all(all), ["answered", "answered", "answered"]);
  });

  it("fails as often as the rate says, each draw the pod's own", async () => {
    const random = seeded(7);
    const expected = Array.from({ length: 2000 }, () => {
      random(); // The first draw is the jitter's.
      return random() < 0.3 ? "failed" : "answered";
    });
    const pod = new Workplace(seeded(7));
    // Without a time that they take, they are worked on one after the other.
    const outcomes = await Promise.all(
      expected.map(() => pod.work({ ...ordinary, errorRate: 0.3, concurrency: 1 })),
    );
    assert.deepEqual(outcomes, expected);
    const failed = outcomes.filter((one) => one === "failed").length;
    assert.ok(failed > 520 && failed < 680, `${failed} of 2000`);
  });

  it("never fails at rate 0, and always at rate 1", async () => {
    for (const random of [() => 0, () => 1 - 2 ** -53]) {
      const pod = new Workplace(random);
      assert.equal(await pod.work(ordinary), "answered");
      assert.equal(await pod.work({ ...ordinary, errorRate: 1 }), "failed");
    }
  });

  it("takes its time, to either side of it by the jitter, and none where that is below 0", async () => {
    const took = async (draw: number, behaviour: Partial<Behaviour>) => {
      const begin = performance.now();
      await new Workplace(() => draw).work({ ...ordinary, ...behaviour });
      return performance.now() - begin;
    };
    assert.ok((await took(0.5, { latencyMs: 40, jitterMs: 40 })) >= 38);
    assert.ok((await took(1, { latencyMs: 40, jitterMs: 40 })) >= 78);
    const none = await Promise.all([took(0, { latencyMs: 3000, jitterMs: 3000 }), took(0, {})]);
    assert.ok(Math.max(...none) < 1000);
  });

  it("goes on after a failure", async () => {
    const pod = new Workplace(() => {
      throw new Error("no random number");
    });
    await assert.rejects(pod.work(ordinary), /no random number/);
    await until("the slot is free", () => pod.inFlight === 0);
  });
});
