import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyChanges,
  clearRegion,
  createFlag,
  effective,
  type FlagChange,
  FlagEditError,
  retire,
  setPercentage,
  switchOff,
  switchOn,
} from "../../../../infra/components/rollouts/flagEdits";
import { checkFlagFile } from "../../../../infra/components/rollouts/flagFile";
import {
  type FlagReading,
  readState,
  stateIn,
} from "../../../../infra/components/rollouts/flagReading";
import {
  type Flag,
  regionOfRule,
  rulesByPeople,
  type Serve,
  wholeWeight,
} from "../../../../infra/components/rollouts/flags";
import { flag, percent, regions } from "./flagSample";

const some = fc.constantFrom(...regions);
const maybe = fc.option(some, { nil: undefined });
/** Every edit there is, as a person may ask for it. */
const edit = fc.oneof(
  fc.tuple(percent, maybe).map(
    ([share, region]) =>
      (one: Flag) =>
        setPercentage(one, share, region),
  ),
  maybe.map((region) => (one: Flag) => switchOn(one, region)),
  maybe.map((region) => (one: Flag) => switchOff(one, region)),
  some.map((region) => (one: Flag) => clearRegion(one, region)),
);
const reading = (one: Flag): FlagReading => {
  const read = readState(one);
  assert.ok(read !== undefined);
  return read;
};
const served = ({ fallthrough, rules = [] }: Flag): Serve[] => [fallthrough, ...rules];
const withRule = (one: Flag, ...rules: NonNullable<Flag["rules"]>): Flag => ({ ...one, rules });

describe("an edit of a flag", () => {
  const along = (check: (before: Flag, changes: FlagChange[], after: Flag) => void) =>
    fc.assert(
      fc.property(flag, fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
        let before = start;
        for (const one of edits) {
          const changes = one(before);
          const after = applyChanges(before, changes);
          check(before, changes, after);
          before = after;
        }
      }),
    );

  it("keeps a valid file valid, with weights that sum up", () => {
    along((before, _changes, after) => {
      assert.deepEqual(checkFlagFile({ flags: { storefront: before } }), []);
      assert.deepEqual(checkFlagFile({ flags: { storefront: after } }), []);
      for (const { rollout } of served(after)) {
        const sum = rollout?.variations.reduce((total, { weight }) => total + weight, 0);
        assert.ok(sum === undefined || sum === wholeWeight);
      }
    });
  });

  it("raises the version by one, or changes nothing", () => {
    along((before, changes, after) => {
      if (after === before) assert.deepEqual(effective(before, changes), []);
      else assert.equal(after.version, before.version + 1);
      assert.equal(applyChanges(after, changes), after, "done again it changes nothing");
    });
  });

  it("keeps what people wrote: their rules in their order, other fields, the order of keys", () => {
    along((before, _changes, after) => {
      assert.deepEqual(rulesByPeople(after), rulesByPeople(before));
      assert.deepEqual(Object.keys(after), Object.keys(before));
      const touched = ["version", "on", "fallthrough", "rules"];
      for (const [key, value] of Object.entries(after))
        if (!touched.includes(key))
          assert.deepEqual(value, (before as unknown as Record<string, unknown>)[key]);
      const old = before.fallthrough.rollout;
      const now = after.fallthrough.rollout;
      if (old !== undefined && now !== undefined) {
        const shares = (one: typeof old) => one.variations.map(({ variation }) => variation);
        assert.deepEqual({ ...now, variations: shares(now) }, { ...old, variations: shares(old) });
      }
    });
  });

  it("leaves other regions' own rules as they are", () => {
    along((before, changes, after) => {
      const touched = changes.flatMap((one) => ("region" in one ? [one.region] : []));
      const others = ({ rules = [] }: Flag) =>
        rules.filter((rule) => {
          const region = regionOfRule(rule);
          return region !== undefined && !touched.includes(region);
        });
      assert.deepEqual(others(after), others(before));
      if (touched.length > 0) assert.deepEqual(after.fallthrough, before.fallthrough);
    });
  });
});

describe("setting a percentage", () => {
  it("is what is read again, and on stays as it was", () => {
    fc.assert(
      fc.property(flag, percent, maybe, (before, share, region) => {
        const after = applyChanges(before, setPercentage(before, share, region));
        assert.equal(after.on, before.on);
        const on = reading({ ...after, on: true });
        const state = region === undefined ? on.everywhere : stateIn(on, region);
        assert.deepEqual(state, { kind: "on", percentage: share });
        if (region !== undefined)
          assert.equal(regionOfRule(after.rules?.[0] ?? { clauses: [] }), region);
      }),
    );
  });

  it("draws a region's contexts as the others' are drawn", () => {
    const division = { contextKind: "organization", bucketBy: "country", seed: 7 };
    const variations = [
      { variation: 1, weight: 90_000 },
      { variation: 0, weight: 10_000 },
    ];
    const one: Flag = { ...createFlag("a"), fallthrough: { rollout: { ...division, variations } } };
    const after = applyChanges(one, setPercentage(one, 25, "eu-west-1"));
    assert.deepEqual(after.rules, [
      {
        id: "meridian-eu-west-1",
        clauses: [
          {
            contextKind: "region",
            attribute: "key",
            op: "in",
            values: ["eu-west-1"],
            negate: false,
          },
        ],
        rollout: {
          ...division,
          variations: [
            { variation: 0, weight: 25_000 },
            { variation: 1, weight: 75_000 },
          ],
        },
      },
    ]);
    // The order of the shares is part of who is in.
    assert.deepEqual(applyChanges(one, setPercentage(one, 25)).fallthrough.rollout?.variations, [
      { variation: 1, weight: 75_000 },
      { variation: 0, weight: 25_000 },
    ]);
  });

  it("draws users in a region where the regions themselves are divided: a share of one region is all of it, or nothing", () => {
    const variations = [
      { variation: 0, weight: 50_000 },
      { variation: 1, weight: 50_000 },
    ];
    const byRegion = { contextKind: "region", variations };
    const one: Flag = { ...createFlag("a"), fallthrough: { rollout: byRegion } };
    const set = (flag: Flag) => applyChanges(flag, setPercentage(flag, 25, "eu-west-1"));
    const drawn = (flag: Flag) => flag.rules?.[0]?.rollout?.contextKind;
    assert.equal(drawn(set(one)), "user");
    const own = set(one).rules?.map((rule) => ({ ...rule, rollout: byRegion })) ?? [];
    assert.equal(drawn(set({ ...one, rules: own })), "user");
    const all = applyChanges(one, setPercentage(one, 75));
    assert.equal(all.fallthrough.rollout?.contextKind, "region", "people divide regions so");
  });

  it("takes nothing outside 0 to 100, and nothing finer than a thousandth", () => {
    for (const bad of [-0.001, 100.001, NaN, Infinity, -Infinity, 0.0001, 33.3333])
      assert.throws(() => setPercentage(createFlag("a"), bad), RangeError, String(bad));
  });

  it("leaves an experiment and what is no flag of true and false alone", () => {
    const one = createFlag("a");
    const experiment = { kind: "experiment", variations: [{ variation: 0, weight: wholeWeight }] };
    const running: Flag = { ...one, fallthrough: { rollout: experiment } };
    assert.throws(() => setPercentage(running, 10), FlagEditError);
    for (const variations of [["a", "b"], [true], [true, true], [true, false, false]])
      for (const act of [switchOn, switchOff, retire, (it: Flag) => setPercentage(it, 10)])
        assert.throws(() => act({ ...one, variations }), FlagEditError);
  });
});

describe("on and off", () => {
  it("off in a region serves false there before all other rules, and on takes that away again", () => {
    fc.assert(
      fc.property(flag, some, (before, region) => {
        const off = applyChanges(before, switchOff(before, region));
        assert.deepEqual(stateIn(reading(off), region), { kind: "off" });
        assert.equal(off.rules?.[0]?.variation, off.variations.indexOf(false));
        const on = applyChanges(off, switchOn(off, region));
        assert.deepEqual(stateIn(reading(on), region), reading(on).everywhere);
      }),
    );
  });

  it("on leaves a region's own percentage", () => {
    const one = createFlag("a");
    const set = applyChanges(one, setPercentage(one, 25, "eu-west-1"));
    assert.equal(applyChanges(set, switchOn(set, "eu-west-1")), set);
    assert.equal(applyChanges(set, clearRegion(set, "us-east-1")), set);
    assert.deepEqual(applyChanges(set, clearRegion(set, "eu-west-1")).rules, []);
  });
});

describe("retiring", () => {
  it("leaves true for everybody, whatever Meridian wrote", () => {
    fc.assert(
      fc.property(flag, (any) => {
        const before = {
          ...any,
          rules: (any.rules ?? []).filter((r) => regionOfRule(r) !== undefined),
        };
        const after = applyChanges(before, retire(before));
        assert.deepEqual(reading(after).everywhere, { kind: "retired" });
        assert.deepEqual(after.rules, []);
      }),
    );
  });

  it("is refused for as long as people's rules, targets or prerequisites decide for some", () => {
    const one = createFlag("a");
    const clauses = [{ attribute: "country", op: "in", values: ["CH"] }];
    const target = { contextKind: "region", variation: 1, values: ["eu-west-1"] };
    const ruled = withRule(one, { id: "x", description: "beta", clauses, variation: 0 });
    assert.throws(() => retire(ruled), { name: "FlagEditError", message: /\(beta\)/ });
    assert.throws(() => retire({ ...one, contextTargets: [target] }), /named one by one/);
    const prerequisites = [{ key: "b", variation: 0 }];
    assert.throws(() => retire({ ...one, prerequisites }), /prerequisites \(b\)/);
    const empty = { ...one, contextTargets: [{ ...target, values: [] }] };
    assert.deepEqual(reading(applyChanges(empty, retire(empty))).everywhere, { kind: "retired" });
  });
});

describe("reading a flag", () => {
  it("tells launched from a fixed true that some rule stands beside", () => {
    const launched: Flag = { ...createFlag("a"), fallthrough: { variation: 0 } };
    assert.deepEqual(reading(launched).everywhere, { kind: "retired" });
    const beside = applyChanges(launched, setPercentage(launched, 10, "eu-west-1"));
    const { everywhere, regions: own } = reading(beside);
    assert.deepEqual(everywhere, { kind: "on", percentage: 100 });
    assert.deepEqual(own, { "eu-west-1": { kind: "on", percentage: 10 } });
    assert.deepEqual(reading({ ...launched, on: false }).everywhere, { kind: "off" });
    const prerequisites = [{ key: "b", variation: 0 }];
    const whole = { kind: "on", percentage: 100 };
    assert.deepEqual(reading({ ...launched, prerequisites }).everywhere, whole);
  });

  it("names what it does not weigh, and reads no flag that cannot gate", () => {
    const clauses = [{ attribute: "country", op: "in", values: ["CH"] }];
    const one: Flag = {
      ...withRule(createFlag("a"), { id: "x", clauses, variation: 0 }),
      targets: [{ variation: 0, values: ["ann", "ben"] }],
      prerequisites: [{ key: "b", variation: 0 }],
    };
    const { rules, targets, prerequisites } = reading(one);
    assert.deepEqual(
      { rules, targets, prerequisites },
      { rules: ["x"], targets: 2, prerequisites: ["b"] },
    );
    assert.equal(readState({ ...one, variations: ["a", "b"] }), undefined);
  });
});
