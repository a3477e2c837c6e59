import * as assert from "node:assert/strict";
import fc from "fast-check";
import { applyChanges, createFlag } from "../../../../infra/components/rollouts/flagEdits";
import { readState, stateIn } from "../../../../infra/components/rollouts/flagReading";
import type { Flag } from "../../../../infra/components/rollouts/flags";
import { nextState, stableState } from "../../../../infra/components/rollouts/model";
import { rolloutSteps } from "../../../../infra/components/rollouts/steps";
import type { FlagState } from "../../../../infra/components/rollouts/verdict";
import {
  changesBy,
  courseOf,
  flagHistories,
  flagStates,
  limitOf,
  placesAfter,
} from "../../../support/flagHistories";
import { FlagRecord } from "../../../support/flagRecord";

const regions = ["eu-west-1", "us-east-1"];
const steps = rolloutSteps();
const on = (percentage: number): FlagState => ({ kind: "on", percentage });
const off: FlagState = { kind: "off" };
const retired: FlagState = { kind: "retired" };
const begun = nextState(stableState("v1"), { kind: "version", version: "v2" }, steps);
const settled = (...flags: FlagState[]) =>
  flags.reduce((places, flag) => placesAfter(places, flag, true, steps), [begun]);
const weightsOf = (places: readonly { weight: number }[]) => places.map(({ weight }) => weight);

/** What the flag says after each edit of a history, in one region. */
function saidIn(region: string, history: { first: number; edits: readonly object[] }) {
  const states: FlagState[] = [];
  let flag: Flag = createFlag("shop");
  for (const edit of [{ to: history.first }, ...history.edits]) {
    flag = applyChanges(flag, changesBy(flag, edit as { to: number }));
    const reading = readState(flag);
    assert.ok(reading);
    states.push(stateIn(reading, region));
  }
  return states;
}

describe("histories of a flag", () => {
  it("are the same for the same seed", () => {
    const some = () => fc.sample(flagHistories(regions), { seed: 7, numRuns: 20 });
    assert.deepEqual(some(), some());
  });

  it("retire nothing, and have percentages, off and on, for all and for one", () => {
    const all = fc.sample(flagHistories(regions), { seed: 7, numRuns: 200 });
    for (const history of all)
      assert.ok(saidIn("us-east-1", history).every(({ kind }) => kind !== "retired"));
    const edits = all.flatMap((history) => history.edits);
    for (const to of ["off", "on"] as const)
      for (const one of [undefined, ...regions])
        assert.ok(edits.some((edit) => edit.to === to && edit.region === one));
    assert.ok(edits.some(({ to }) => to === "default"));
    assert.ok(edits.some(({ wait }) => wait === "settled"));
  });

  it("end, where all is waited for, in one place: as far as the flag last went, or not back", () => {
    const anyHistory = flagHistories(regions);
    fc.assert(
      fc.property(anyHistory, fc.constantFrom(...regions), (history, region) => {
        let places = [begun];
        let highest = 0;
        for (const state of saidIn(region, history)) {
          places = placesAfter(places, state, true, steps);
          highest = state.kind === "off" ? 0 : Math.max(highest, limitOf(state));
          assert.equal(places.length, 1);
          const reached = [...steps].filter(
            (step) => step.kind === "weight" && step.weight <= highest,
          );
          assert.deepEqual(weightsOf(places), [reached.at(-1)?.weight ?? 0]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("may be anywhere on the way where nobody waits, and the places that are waited for are among these", () => {
    fc.assert(
      fc.property(fc.array(flagStates, { maxLength: 8 }), (flags) => {
        const hasty = flags.reduce((from, flag) => placesAfter(from, flag, false, steps), [begun]);
        for (const place of settled(...flags))
          assert.ok(hasty.some((one) => JSON.stringify(one) === JSON.stringify(place)));
        assert.ok(hasty.some((one) => JSON.stringify(one) === JSON.stringify(begun)));
      }),
    );
  });
});

describe("the course of a region", () => {
  it("goes through every weight that is allowed, and ends there", () => {
    const weights = weightsOf(courseOf(begun, on(50), steps));
    assert.deepEqual([...new Set(weights)], [0, 10, 25, 50]);
    assert.deepEqual(weightsOf(settled(on(50))), [50]);
  });

  it("goes back by off only, and begins again after it", () => {
    assert.deepEqual(weightsOf(settled(on(50), on(5))), [50]);
    assert.deepEqual(weightsOf(settled(on(50), off)), [0]);
    assert.deepEqual(weightsOf(settled(on(50), off, on(12))), [10]);
    assert.deepEqual(settled(on(50), retired), [stableState("v2")]);
  });
});

describe("the record of what a flag said", () => {
  const region = "eu-west-1";
  const record = (...said: [from: number, surely: number, state: FlagState][]) => {
    const made = new FlagRecord();
    for (const [from, surely, state] of said)
      made.add({ from, surely, states: { [region]: state } });
    return made;
  };

  const late = (made: FlagRecord, from: number, weight: number, until = from) =>
    made.lateness({ region, from, until, weight });

  it("finds nothing late that was allowed when it was entered", () => {
    const made = record([0, 10, on(0)], [100, 110, on(25)]);
    assert.equal(late(made, 100, 25), 0);
    assert.equal(late(made, 9999, 10), 0);
  });

  it("finds nothing late that was allowed at some moment of the word", () => {
    const made = record([0, 10, on(0)], [100, 110, on(25)], [200, 210, off]);
    assert.equal(late(made, 90, 25, 100), 0);
    assert.equal(late(made, 90, 25, 99), Infinity);
    assert.equal(late(made, 210, 25, 999), 0);
  });

  it("tells how long a weight had not been allowed any more, until the next state was surely there", () => {
    const made = record([0, 10, on(25)], [100, 110, on(5)], [200, 210, off]);
    assert.equal(late(made, 105, 25), 0);
    assert.equal(late(made, 160, 25), 50);
    assert.equal(late(made, 260, 5), 50);
    assert.equal(late(made, 260, 10), 150);
  });

  it("calls endless what was never allowed, or only afterwards", () => {
    const made = record([0, 10, on(9)], [100, 110, on(25)]);
    assert.equal(late(made, 99, 10), Infinity);
    assert.equal(late(made, 99, 9), 0);
    assert.equal(
      made.lateness({ region: "us-east-1", from: 120, until: 120, weight: 10 }),
      Infinity,
    );
  });

  it("knows when it was off, however often that was said, and when it was retired", () => {
    const made = record(
      [0, 1, on(9)],
      [10, 11, off],
      [20, 21, off],
      [30, 31, on(1)],
      [40, 41, off],
    );
    assert.deepEqual(made.offs(region), [
      { from: 11, until: 30 },
      { from: 41, until: Infinity },
    ]);
    const done = record([0, 1, on(9)], [10, 11, retired], [20, 21, on(0)]);
    assert.deepEqual(
      [
        [0, 9],
        [5, 10],
        [21, 25],
        [22, 25],
      ].map(([from = 0, to = 0]) => done.wasRetired(region, from, to)),
      [false, true, true, false],
    );
  });
});
