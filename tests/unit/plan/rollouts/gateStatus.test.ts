import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  type GateStatus,
  gateOf,
  gateStatusOf,
  isSameReport,
} from "../../../../infra/components/rollouts/gateStatus";
import {
  nextState,
  type RolloutEvent,
  type RolloutState,
  stableState,
} from "../../../../infra/components/rollouts/model";
import type { RolloutObject } from "../../../../infra/components/rollouts/object";
import { rolloutSteps } from "../../../../infra/components/rollouts/steps";
import {
  type FlagKnowledge,
  type FlagState,
  verdictOf,
} from "../../../../infra/components/rollouts/verdict";
import {
  abortedBy,
  abortMessages,
  canarySteps,
  knownAs,
  rolloutOf,
} from "../../../support/rollouts";

const on = (percentage: number): FlagState => ({ kind: "on", percentage });
const off: FlagState = { kind: "off" };
const retired: FlagState = { kind: "retired" };
const region = "eu-west-1";

const mark = (rollout: RolloutObject, state: FlagState | undefined, fresh = true) => {
  const found = gateStatusOf(rollout, { region, known: knownAs(state, fresh, "rule 1") });
  assert.ok(found);
  return found;
};
const at = (currentStepIndex: number, more: RolloutObject["status"] = {}) =>
  rolloutOf({ currentStepIndex, ...more });

describe("The gate's mark on a Rollout", () => {
  it("says all of it", () => {
    const weights = { canary: { weight: 10 } };
    assert.deepEqual(mark(at(2, { canary: { weights } }), on(10)), {
      flag: "orders",
      region: "eu-west-1",
      verdict: "hold",
      weight: 25,
      last: false,
      percentage: 10,
      reached: 10,
      reason: "flag orders allows 10 %, the next step is 25 %",
      phase: "held",
      hash: "v2",
    });
  });

  // Index 0 is the gate of 10 %, 1 the weight 10, …, 7 the weight 100, 8 the last gate.
  const table: readonly [string, RolloutObject, FlagState | undefined, object][] = [
    ["before the first weight", at(0), on(5), { phase: "waiting", verdict: "hold", weight: 10 }],
    ["let on", at(0), on(10), { phase: "stepping", verdict: "allowed", weight: 10, reached: 0 }],
    ["on its way", at(1), on(10), { phase: "stepping", verdict: "hold", weight: 25, reached: 10 }],
    ["held", at(4), on(25), { phase: "held", verdict: "hold", weight: 50, reached: 25 }],
    ["at 100 %", at(8), on(100), { phase: "complete", verdict: "hold", last: true, reached: 100 }],
    ["at its end", at(8), retired, { phase: "complete", verdict: "allowed", weight: 100 }],
    ["after all steps", at(9), retired, { phase: "stepping", weight: 100, last: true }],
    ["not aborted yet", at(4), off, { phase: "held", verdict: "killed", percentage: 0 }],
    ["of no flag", at(0), undefined, { phase: "waiting", verdict: "hold", percentage: null }],
    ["without an index", rolloutOf({ currentStepIndex: null }), on(0), { phase: "waiting" }],
    [
      "with nothing new",
      at(9, { currentPodHash: "v1" }),
      on(50),
      { phase: "stable", weight: 10, last: false, reached: 0 },
    ],
    ["with its first version", at(0, { stableRS: "" }), on(50), { phase: "stable", reached: 0 }],
    [
      "killed",
      rolloutOf(abortedBy(abortMessages.byGate)),
      off,
      { phase: "killed", verdict: "killed", weight: 10, reached: 0 },
    ],
    [
      "aborted by an error",
      rolloutOf(abortedBy(abortMessages.byError)),
      on(50),
      { phase: "waiting", verdict: "allowed" },
    ],
    [
      "aborted by an error and switched off",
      rolloutOf(abortedBy(abortMessages.byError)),
      off,
      { phase: "killed", verdict: "killed" },
    ],
    [
      "created with another version",
      rolloutOf({ currentPodHash: "v1" }, { "meridian.dev/wanted-template": "{}" }),
      on(50),
      { phase: "waiting", weight: 10 },
    ],
  ];
  for (const [name, rollout, state, expected] of table)
    it(`of a rollout ${name}`, () => {
      const found = mark(rollout, state);
      assert.deepEqual({ ...found, ...expected }, found);
    });

  it("has a sentence for each", () => {
    const reasons: readonly [string, RolloutObject, FlagState | undefined, boolean?][] = [
      ["flag orders is off, the next step is 50 %", at(4), off],
      [
        "flag orders is retired, all get the new version, and it ends when the flag is retired",
        at(8),
        retired,
      ],
      ["flag orders is not known: rule 1, the next step is 10 %", at(0), undefined],
      [
        "flag orders allows 25 % (last known value: rule 1), the next step is 50 %",
        at(4),
        on(25),
        false,
      ],
      ["flag orders allows 25 %, there is no new version", at(9, { currentPodHash: "v1" }), on(25)],
      [
        "flag orders allows 25 %, the region's first version is coming up",
        at(0, { stableRS: "" }),
        on(25),
      ],
      [
        "flag orders is off, all requests are on the stable version",
        rolloutOf(abortedBy(abortMessages.byGate)),
        off,
      ],
      [
        "flag orders allows 25 %, something other than the flag aborted it, and a person restarts it (docs/guides/kubectl.md)",
        rolloutOf(abortedBy(abortMessages.byPerson)),
        on(25),
      ],
      [
        "flag orders allows 25 %, its analysis ended with an error, all requests are on the stable version until it restarts",
        rolloutOf(abortedBy(abortMessages.byMissingToken)),
        on(25),
      ],
      [
        "flag orders allows 25 %, the next step is 50 %, and it is paused besides",
        at(4, { pauseConditions: [{ reason: "InconclusiveAnalysis" }] }),
        on(25),
      ],
      [
        "flag orders allows 25 %, the region starts with the version that the others run, and takes its steps from there",
        rolloutOf({}, { "meridian.dev/wanted-template": "{}" }),
        on(25),
      ],
    ];
    for (const [reason, rollout, state, fresh] of reasons)
      assert.equal(mark(rollout, state, fresh).reason, reason);
  });

  it("is of the flag that the Rollout names, else of its app's, else of its own name", () => {
    const flag = (rollout: RolloutObject) => mark(rollout, off).flag;
    assert.equal(flag(rolloutOf({}, { "meridian.dev/flag": "new-orders" })), "new-orders");
    assert.equal(flag(rolloutOf({}, { "meridian.dev/flag": "" })), "orders");
    assert.equal(flag({ ...rolloutOf(), metadata: { name: "other" } }), "other");
  });

  it("is not there where no step is a gate", () => {
    const strategies = [
      undefined,
      {},
      { canary: {} },
      { canary: { steps: null } },
      {
        canary: { steps: [{ setWeight: 50 }, {}, { analysis: {} }, { analysis: { args: null } }] },
      },
      { canary: { steps: [{ analysis: { args: [{ name: "weight", value: "10" }] } }] } },
      { canary: { steps: [{ analysis: { args: [{ name: "last", value: "true" }] } }] } },
    ];
    for (const strategy of strategies) {
      const rollout = { ...rolloutOf(), spec: { ...(strategy && { strategy }) } };
      assert.equal(gateStatusOf(rollout, { region, known: knownAs(on(50)) }), undefined);
    }
  });

  it("is the same whatever its time, and not when anything else differs or it is broken", () => {
    const saying = mark(at(2), on(10));
    const written: GateStatus = { ...saying, at: "2026-01-01T00:00:00.000Z" };
    assert.ok(isSameReport(JSON.stringify(written), saying));
    for (const field of Object.keys(saying) as (keyof typeof saying)[])
      assert.ok(!isSameReport(JSON.stringify({ ...written, [field]: "other" }), saying), field);
    for (const broken of [undefined, "", "{", "null", "[]", "7"])
      assert.ok(!isSameReport(broken, saying), broken);
  });
});

describe("The mark along a region's rollout, over histories of its flag", () => {
  const flag = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }).map(on) },
    { weight: 2, arbitrary: fc.constant(off) },
    { weight: 1, arbitrary: fc.constant(retired) },
  );
  const known: fc.Arbitrary<FlagKnowledge> = fc.record({
    state: fc.option(flag, { nil: undefined, freq: 8 }),
    fresh: fc.boolean(),
  });
  const event: fc.Arbitrary<RolloutEvent> = fc.oneof(
    { weight: 8, arbitrary: known.map((value): RolloutEvent => ({ kind: "gate", known: value })) },
    { weight: 6, arbitrary: fc.constant<RolloutEvent>({ kind: "ready" }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("v1", "v2", "v3")
        .map((version): RolloutEvent => ({ kind: "version", version })),
    },
  );
  const weights = fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
    .map((some) => [...some.sort((a, b) => a - b), 100]);

  /** The Rollout that Argo Rollouts would have in a state of the model. */
  const objectOf = (state: RolloutState, some: readonly number[]): RolloutObject => ({
    ...rolloutOf(),
    spec: { strategy: { canary: { steps: canarySteps(rolloutSteps(some)) } } },
    status: {
      currentStepIndex: state.step,
      currentPodHash: state.desired,
      stableRS: state.stable ?? "",
      canary: { weights: { canary: { weight: state.weight } } },
      ...(state.phase === "killed" && abortedBy(abortMessages.byGate)),
    },
  });

  it("has the phase and the weight that the region is in, and the verdict of the gate that comes next", () => {
    fc.assert(
      fc.property(weights, fc.array(event, { maxLength: 60 }), known, (some, events, last) => {
        const steps = rolloutSteps(some);
        let state = nextState(stableState("v1"), { kind: "version", version: "v2" }, steps);
        for (const one of events) state = nextState(state, one, steps);
        const rollout = objectOf(state, some);
        const found = gateStatusOf(rollout, { region, known: knownAs(last.state, last.fresh) });
        const next = steps.slice(state.step).find(({ kind }) => kind === "gate");
        assert.deepEqual(gateOf(rollout), next);
        assert.ok(found && next?.kind === "gate");
        assert.deepEqual([found.weight, found.last], [next.weight, next.last]);
        assert.equal(found.verdict, verdictOf(last, next));
        assert.equal(found.reached, state.weight);
        // What it has just been told it is about to do.
        const told = found.verdict === "allowed" && ["waiting", "held"].includes(state.phase);
        assert.equal(found.phase, told ? "stepping" : state.phase);
      }),
      { numRuns: 500 },
    );
  });
});
