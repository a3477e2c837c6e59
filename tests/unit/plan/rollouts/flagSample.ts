import fc from "fast-check";
import { createFlag } from "../../../../infra/components/rollouts/flagEdits";
import {
  type Flag,
  type FlagRule,
  regionClauses,
  regionRuleId,
  type Rollout,
  type Serve,
  wholeWeight,
} from "../../../../infra/components/rollouts/flags";

export const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];

/** A percentage as a person may write one. */
export const percent = fc.integer({ min: 0, max: wholeWeight }).map((weight) => weight / 1000);

const rollout: fc.Arbitrary<Rollout> = fc
  .record(
    {
      contextKind: fc.constantFrom("user", "organization"),
      bucketBy: fc.constantFrom("key", "country"),
      seed: fc.integer({ min: 0, max: 1e6 }),
      /** A field that nothing here knows. */
      note: fc.string(),
    },
    { requiredKeys: [] },
  )
  .chain((rest) =>
    fc
      .record({ weight: fc.integer({ min: 0, max: wholeWeight }), turned: fc.boolean() })
      .map(({ weight, turned }): Rollout => {
        const shares = [
          { variation: 0, weight },
          { variation: 1, weight: wholeWeight - weight },
        ];
        return { ...rest, variations: turned ? shares.reverse() : shares };
      }),
  );
const serve: fc.Arbitrary<Serve> = fc.oneof(
  fc.constantFrom<Serve>({ variation: 0 }, { variation: 1 }),
  rollout.map((one): Serve => ({ rollout: one })),
);
const byPeople: fc.Arbitrary<Omit<FlagRule, "id">> = fc
  .record({ description: fc.string(), trackEvents: fc.boolean(), serve })
  .map(({ serve: served, ...rest }) => ({
    ...rest,
    ...served,
    clauses: [{ contextKind: "region", attribute: "tier", op: "in", values: ["gold"] }],
  }));
const regionRules = fc
  .tuple(fc.subarray(regions), fc.array(serve, { minLength: 3, maxLength: 3 }))
  .map(([some, serves]) =>
    some.map((region, i): FlagRule => ({
      id: regionRuleId(region),
      clauses: regionClauses(region),
      ...serves[i],
    })),
  );

/** Valid flags, with rules of Meridian's and of people's in any order. */
export const flag: fc.Arbitrary<Flag> = fc
  .record({
    version: fc.nat(),
    on: fc.boolean(),
    turned: fc.boolean(),
    fallthrough: serve,
    people: fc.array(byPeople, { maxLength: 3 }),
    own: regionRules,
    ranks: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    comment: fc.string(),
  })
  .map(({ turned, people, own, ranks, ...rest }) => {
    const rules = [...own, ...people.map((rule, i) => ({ id: `people-${i}`, ...rule }))];
    const ranked = rules.map((rule, i) => ({ rule, rank: ranks[i] ?? 0 }));
    ranked.sort((one, other) => one.rank - other.rank);
    return {
      ...createFlag("storefront"),
      ...rest,
      variations: turned ? [false, true] : [true, false],
      offVariation: turned ? 0 : 1,
      rules: ranked.map(({ rule }) => rule),
    };
  });
