import * as assert from "node:assert/strict";
import type { ReceivedFlag } from "../../../../../infra/components/rollouts/flags";
import { type Evaluation, readFlag } from "../../../../../services/rollout-gate/flags/percentage";
import { inRegion, percentageFlag, shares } from "../../../../support/flags";

describe("What a flag says for a region", () => {
  const read = (
    flag: ReceivedFlag | undefined,
    reason: Evaluation["reason"],
    value: unknown = undefined,
  ) => readFlag("shop", flag, { value, reason });
  const fallthrough = { kind: "FALLTHROUGH" };
  const on = (percentage: number) => ({ kind: "on", percentage });
  const fixed = (variation: number, other = {}) =>
    percentageFlag("shop", 0, { fallthrough: { variation }, ...other });

  it("is off when the flag is off, and when a prerequisite is not met", () => {
    const flag = percentageFlag("shop", 50, { on: false });
    assert.deepEqual(read(flag, { kind: "OFF" }, true).state, { kind: "off" });
    const reason = { kind: "PREREQUISITE_FAILED", prerequisiteKey: "base" };
    assert.deepEqual(read(percentageFlag("shop", 50), reason, false), {
      state: { kind: "off" },
      reason: "its prerequisite base is not met",
    });
  });

  it("is the weight of true, wherever true stands among the variations", () => {
    assert.deepEqual(read(percentageFlag("shop", 12.345), fallthrough).state, on(12.345));
    assert.deepEqual(read(percentageFlag("shop", 0), fallthrough, false).state, on(0));
    const turned = percentageFlag("shop", 25, { variations: [false, true] });
    assert.deepEqual(read(turned, fallthrough).state, on(75));
    const variations = [
      { variation: 0, weight: 10_000 },
      { variation: 1, weight: 70_000 },
      { variation: 0, weight: 20_000 },
    ];
    const twice = percentageFlag("shop", 0, { fallthrough: { rollout: { variations } } });
    assert.deepEqual(read(twice, fallthrough).state, on(30));
  });

  it("is that of the rule which the SDK says applies, by its place", () => {
    const rules = [
      { id: "us", clauses: [inRegion("us-east-1")], rollout: shares(90) },
      { id: "eu", clauses: [inRegion("eu-west-1")], rollout: shares(40) },
      { clauses: [inRegion("eu-west-1")], variation: 0 },
    ];
    const flag = percentageFlag("shop", 10, { rules });
    const match = (ruleIndex: number) => ({ kind: "RULE_MATCH", ruleIndex });
    assert.deepEqual(read(flag, match(1)), {
      state: on(40),
      reason: "rule eu: 40 % by user",
      rollout: shares(40),
    });
    assert.deepEqual(read(flag, match(2), true), { state: on(100), reason: "rule 3: all users" });
    assert.deepEqual(read(flag, match(2), false).state, { kind: "off" });
    assert.equal(read(flag, match(3), true).state, undefined);
    assert.deepEqual(read(flag, fallthrough).state, on(10));
  });

  it("is retired only when everybody gets true, whoever asks", () => {
    assert.deepEqual(read(fixed(0), fallthrough, true).state, { kind: "retired" });
    const targets = [{ values: [], variation: 1 }];
    assert.equal(read(fixed(0, { targets }), fallthrough, true).state?.kind, "retired");
    const rules = [{ clauses: [inRegion("us-east-1")], variation: 1 }];
    const others = [
      { rules },
      { targets: [{ values: ["anna"], variation: 1 }] },
      { contextTargets: [{ contextKind: "region", values: ["us-east-1"], variation: 1 }] },
      { prerequisites: [{ key: "base", variation: 0 }] },
    ];
    for (const other of others)
      assert.deepEqual(read(fixed(0, other), fallthrough, true).state, on(100));
    assert.deepEqual(read(percentageFlag("shop", 100), fallthrough, true).state, on(100));
  });

  it("is off where nobody gets true, and everybody's for a region that is targeted", () => {
    assert.deepEqual(read(fixed(1), fallthrough, false).state, { kind: "off" });
    assert.deepEqual(read(fixed(1), { kind: "TARGET_MATCH" }, true).state, on(100));
    assert.deepEqual(read(fixed(0), { kind: "TARGET_MATCH" }, false).state, { kind: "off" });
  });

  it("is in or not yet in where the regions themselves are divided", () => {
    const rollout = { ...shares(50), contextKind: "region" };
    const flag = percentageFlag("shop", 0, { fallthrough: { rollout } });
    assert.deepEqual(read(flag, fallthrough, true), {
      state: on(100),
      reason: "the default rule, by region: 100 %",
    });
    assert.deepEqual(read(flag, fallthrough, false).state, on(0));
  });

  it("is not known of a flag that is not there, not boolean or not whole", () => {
    const short = { variations: [{ variation: 0, weight: 50_000 }] };
    const negative = {
      variations: [
        { variation: 0, weight: 110_000 },
        { variation: 1, weight: -10_000 },
      ],
    };
    const unknown: [ReceivedFlag | undefined, Evaluation["reason"], RegExp][] = [
      [undefined, { kind: "ERROR", errorKind: "FLAG_NOT_FOUND" }, /^there is no flag shop$/],
      [percentageFlag("shop", 50, { archived: true }), fallthrough, /^there is no flag shop$/],
      ...[["a", "b"], [true], [true, true], [true, false, true]].map(
        (variations): [ReceivedFlag, Evaluation["reason"], RegExp] => [
          percentageFlag("shop", 50, { variations }),
          fallthrough,
          /no flag of true and false/,
        ],
      ),
      [
        percentageFlag("shop", 50),
        { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
        /MALFORMED_FLAG/,
      ],
      [percentageFlag("shop", 50), { kind: "SOMETHING_NEW" }, /SOMETHING_NEW/],
      [percentageFlag("shop", 50, { fallthrough: {} }), fallthrough, /says nothing/],
      [
        percentageFlag("shop", 50, { fallthrough: { rollout: short } }),
        fallthrough,
        /weights of 50000/,
      ],
      [percentageFlag("shop", 50, { fallthrough: { rollout: negative } }), fallthrough, /weights/],
      [
        percentageFlag("shop", 50),
        { ...fallthrough, bigSegmentsStatus: "NOT_CONFIGURED" },
        /big segment/,
      ],
    ];
    for (const [flag, reason, why] of unknown) {
      const reading = read(flag, reason, true);
      assert.equal(reading.state, undefined, reading.reason);
      assert.match(reading.reason, why);
    }
  });
});
