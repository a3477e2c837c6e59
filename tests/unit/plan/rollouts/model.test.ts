import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  nextState,
  type RolloutEvent,
  type RolloutState,
  stableState,
} from "../../../../infra/components/rollouts/model";
import { defaultWeights, rolloutSteps } from "../../../../infra/components/rollouts/steps";
import { type FlagKnowledge, verdictOf } from "../../../../infra/components/rollouts/verdict";
import { flagStates } from "../../../support/flagHistories";

const known: fc.Arbitrary<FlagKnowledge> = fc.record({
  state: fc.option(flagStates, { nil: undefined, freq: 8 }),
  fresh: fc.boolean(),
});
const event: fc.Arbitrary<RolloutEvent> = fc.oneof(
  { weight: 8, arbitrary: known.map((value): RolloutEvent => ({ kind: "gate", known: value })) },
  { weight: 6, arbitrary: fc.constant<RolloutEvent>({ kind: "ready" }) },
  { weight: 2, arbitrary: fc.constant<RolloutEvent>({ kind: "silence" }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("v1", "v2", "v3")
      .map((version): RolloutEvent => ({ kind: "version", version })),
  },
  {
    weight: 1,
    arbitrary: known.map((value): RolloutEvent => ({
      ...{ kind: "returned", stableElsewhere: "v1" },
      known: value,
    })),
  },
);
const weights = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
  .map((some) => [...some.sort((a, b) => a - b), 100]);

/** How far a flag lets anybody go. */
function limitOf({ state, fresh }: FlagKnowledge): number {
  if (!fresh || state === undefined || state.kind === "off") return 0;
  return state.kind === "retired" ? 100 : state.percentage;
}

describe("a region's rollout, over histories of its flag", () => {
  /** Checks each step of a history. */
  const along = (
    check: (before: RolloutState, event: RolloutEvent, after: RolloutState) => void,
  ) => {
    fc.assert(
      fc.property(weights, fc.array(event, { maxLength: 60 }), (some, events) => {
        const steps = rolloutSteps(some);
        let state = nextState(stableState("v1"), { kind: "version", version: "v2" }, steps);
        for (const one of events) {
          const after = nextState(state, one, steps);
          check(state, one, after);
          state = after;
        }
      }),
      { numRuns: 500 },
    );
  };

  /** Percentage of the requests that get what is not known to be good. */
  const exposed = ({ stable, desired, weight }: RolloutState) => (stable === desired ? 0 : weight);

  it("enters no weight above what the flag was known to be", () => {
    along((before, one, after) => {
      if (exposed(after) <= exposed(before)) return;
      assert.equal(one.kind, "gate");
      if (one.kind === "gate") assert.ok(after.weight <= limitOf(one.known));
    });
  });

  it("goes on by one weight at a time, and only once its replicas are ready", () => {
    along((before, _one, after) => {
      const same = after.desired === before.desired && !["waiting", "killed"].includes(after.phase);
      if (before.phase === "stepping" && same && after.phase !== "stable")
        assert.equal(after.weight, before.weight);
      if (exposed(after) > exposed(before)) assert.equal(after.step, before.step + 1);
    });
  });

  it("is back on the stable version everywhere when it is told off, at 100 % too", () => {
    along((before, one, after) => {
      if (one.kind !== "gate" || one.known.state?.kind !== "off") return;
      if (before.phase === "stable") return;
      assert.deepEqual([after.phase, after.weight, after.stable], ["killed", 0, before.stable]);
    });
  });

  it("never changes a weight by silence, by what is unknown or by what is stale", () => {
    along((before, one, after) => {
      const unsure = one.kind === "gate" && (one.known.state === undefined || !one.known.fresh);
      if (one.kind === "gate" && one.known.state?.kind === "off") return;
      if (one.kind === "silence" || unsure) assert.deepEqual(after, before);
    });
  });

  it("makes a new version the stable one only when its flag is retired", () => {
    along((before, one, after) => {
      if (after.stable === before.stable || one.kind === "version") return;
      if (one.kind === "returned" && after.stable === one.stableElsewhere) return;
      const by = one.kind === "gate" || one.kind === "returned" ? one.known : undefined;
      assert.deepEqual([by?.state?.kind, by?.fresh], ["retired", true], one.kind);
    });
  });

  it("retries once the flag is known to be on again, and not before", () => {
    along((before, one, after) => {
      if (before.phase !== "killed" || one.kind !== "gate") return;
      const { state, fresh } = one.known;
      const on = state?.kind === "retired" || (state?.kind === "on" && state.percentage > 0);
      assert.equal(after.phase, fresh && on ? "waiting" : "killed");
    });
  });

  it("reaches 100 % by a flag that rises, and stays there until it is retired", () => {
    const steps = rolloutSteps();
    let state = nextState(stableState("v1"), { kind: "version", version: "v2" }, steps);
    const seen: number[] = [];
    for (const percentage of [0, 5, 10, 24, 25, 50, 99, 100, 100]) {
      const fresh = { state: { kind: "on", percentage }, fresh: true } as const;
      state = nextState(state, { kind: "gate", known: fresh }, steps);
      state = nextState(state, { kind: "ready" }, steps);
      seen.push(state.weight);
    }
    assert.deepEqual(seen, [0, 0, 10, 10, 25, 50, 50, 100, 100]);
    assert.equal(state.phase, "complete");
    const retired = { state: { kind: "retired" }, fresh: true } as const;
    assert.deepEqual(nextState(state, { kind: "gate", known: retired }, steps), stableState("v2"));
  });
});

describe("the gate's verdict", () => {
  it("is allowed up to the percentage, hold above it, killed when off", () => {
    const at = (percentage: number, weight: number) =>
      verdictOf({ state: { kind: "on", percentage }, fresh: true }, { weight, last: false });
    assert.deepEqual([at(10, 10), at(9.9, 10), at(100, 100)], ["allowed", "hold", "allowed"]);
    for (const fresh of [true, false])
      assert.equal(
        verdictOf({ state: { kind: "off" }, fresh }, { weight: 10, last: false }),
        "killed",
      );
  });

  it("never raises by a percentage that is no number", () => {
    const broken = { state: { kind: "on", percentage: NaN }, fresh: true } as const;
    assert.equal(verdictOf(broken, { weight: 10, last: false }), "hold");
  });
});

describe("the steps of a rollout", () => {
  it("ask before each weight, and after the last one for as long as the flag is there", () => {
    const text = rolloutSteps().map((step) =>
      step.kind === "gate" ? `gate ${step.last ? "retired" : step.weight}` : `${step.weight}`,
    );
    const asked = defaultWeights.flatMap((weight) => [`gate ${weight}`, `${weight}`]);
    assert.deepEqual(text, [...asked, "gate retired"]);
  });

  it("ascend in whole percents to 100", () => {
    for (const bad of [[], [50], [50, 25, 100], [10, 10, 100], [0, 100], [33.3, 100], [10, 101]])
      assert.throws(() => rolloutSteps(bad), RangeError, bad.join());
  });
});
