import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { LDContext } from "launchdarkly-node-server-sdk";
import type { ReceivedFlag } from "../../../../../infra/components/rollouts/flags";
import { verdictOf } from "../../../../../infra/components/rollouts/verdict";
import { regionContext } from "../../../../../services/rollout-gate/flags/contexts";
import { crossCheck, tolerance } from "../../../../../services/rollout-gate/flags/crossCheck";
import { readFlag } from "../../../../../services/rollout-gate/flags/percentage";
import { inRegion, percentageFlag, shares, testRegion } from "../../../../support/flags";
import { flagsOf } from "../../../../support/regionFlags";
import { StillSource } from "../../../../support/stillSource";
import { until } from "../../../../support/until";

const region = regionContext(testRegion);

describe("The SDK's own word on a percentage", () => {
  let source: StillSource;
  beforeEach(() => (source = new StillSource()));
  afterEach(() => source.close());

  const check = async (flag: ReceivedFlag, others: object = {}, segments: object = {}) => {
    source.say({ [flag.key]: flag, ...others }, segments);
    const { flags, evaluate } = source.heard();
    const reading = readFlag(flag.key, flags[flag.key], await evaluate(flag.key, region));
    const value = async (context: LDContext) =>
      (await evaluate(flag.key, context)).value as unknown;
    return { reading, ...(await crossCheck(value, region, reading)) };
  };

  const percentages = fc.oneof(
    fc.constantFrom(0, 0.001, 1, 10, 25, 50, 99, 99.999, 100),
    fc.integer({ min: 0, max: 100_000 }).map((weight) => weight / 1000),
  );
  const rollouts = fc.record(
    {
      kind: fc.constantFrom("rollout" as const, "experiment" as const),
      contextKind: fc.constantFrom("user", "device", "org"),
      bucketBy: fc.constantFrom("key", "team", "/address/city", "/a~1b"),
      seed: fc.integer({ min: 1, max: 1e6 }),
    },
    { requiredKeys: [] },
  );
  const branches = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(percentages, rollouts).map(rolloutOf) },
    { weight: 1, arbitrary: fc.constantFrom({ variation: 0 }, { variation: 1 }) },
  );
  const clauses = fc.constantFrom(
    inRegion("eu-west-1"),
    inRegion("us-east-1"),
    { ...inRegion("eu-west-1"), negate: true },
    { ...inRegion("first"), attribute: "tier" },
    { ...inRegion("hub"), attribute: "role" },
  );
  const rules = fc.array(
    fc.tuple(branches, fc.array(clauses, { minLength: 1, maxLength: 2 })).map(([branch, met]) => ({
      id: "r",
      clauses: met,
      ...branch,
    })),
    { maxLength: 3 },
  );
  const flags = fc
    .record({
      rules,
      fallthrough: branches,
      salt: fc.string(),
      variations: fc.constantFrom([true, false], [false, true]),
    })
    .map((other) => percentageFlag("shop", 0, other));

  function rolloutOf([percentage, other]: [number, object]) {
    return { rollout: { ...shares(percentage), ...other } };
  }

  it("is the same, within the noise, for all flags that tell regions from each other only", async () => {
    await fc.assert(
      fc.asyncProperty(flags, async (flag) => {
        const { agrees, found, read, reading } = await check(flag);
        assert.ok(agrees, `${reading.reason}: found ${found}, read ${read}`);
      }),
      { numRuns: 25 },
    );
  });

  it("leaves as much room as chance may take, and none where nothing is left to chance", () => {
    assert.equal(tolerance(0, 1000), 0);
    assert.equal(tolerance(1, 1000), 0);
    for (const share of [0.001, 0.1, 0.5, 0.9])
      assert.ok(tolerance(share, 1000) >= 6 * Math.sqrt((share * (1 - share)) / 1000));
    assert.ok(tolerance(0.25, 1000) < 0.1, "or else it would find nothing");
  });

  const users = { attribute: "key", contextKind: "user", op: "in", values: ["nobody"] };

  it("tells of a rule that applies to users but not to the region alone", async () => {
    const toAll = { id: "all", clauses: [{ ...users, negate: true }], variation: 0 };
    const { agrees, found, read } = await check(percentageFlag("shop", 10, { rules: [toAll] }));
    assert.deepEqual({ agrees, found, read }, { agrees: false, found: 100, read: 10 });
  });

  it("tells of a share of users that the region alone is always within", async () => {
    const clause = { attribute: "", op: "segmentMatch", values: ["some"], negate: false };
    const some = {
      key: "some",
      version: 1,
      salt: "s",
      rules: [{ clauses: [inRegion("eu-west-1")], weight: 30_000 }],
    };
    const rule = { id: "some", clauses: [clause], variation: 0 };
    const found = await check(percentageFlag("shop", 0, { rules: [rule] }), {}, { some });
    assert.equal(found.read, 100);
    assert.ok(!found.agrees && found.found > 20 && found.found < 40, `${found.found} %`);
  });

  it("tells of a prerequisite that only some users meet", async () => {
    const base = percentageFlag("base", 50);
    const prerequisites = [{ key: "base", variation: 0 }];
    const { agrees } = await check(percentageFlag("shop", 100, { prerequisites }), { base });
    assert.equal(agrees, false);
  });

  it("makes such a flag unknown, which holds, and counts it", async () => {
    const { flags, seen } = flagsOf(source);
    flags.start();
    const toAll = { id: "all", clauses: [{ ...users, negate: true }], variation: 0 };
    source.say({ shop: percentageFlag("shop", 10, { rules: [toAll] }) });
    await until("it is compared", () => seen.mismatches.length > 0);
    const known = flags.known("shop");
    assert.equal(known.state, undefined);
    assert.match(known.reason, /the SDK lets 100 % of a sample through, not 10 %/);
    assert.equal(verdictOf(known, { weight: 10, last: false }), "hold");
    source.say({ shop: percentageFlag("shop", 10, { on: false }) });
    await until("off is believed", () => flags.known("shop").state?.kind === "off");
    assert.deepEqual(seen.mismatches, ["shop"]);
  });
});
