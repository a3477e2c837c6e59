import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { nextState, stableState } from "../../../../../infra/components/rollouts/model";
import { rolloutSteps } from "../../../../../infra/components/rollouts/steps";
import { verdictOf } from "../../../../../infra/components/rollouts/verdict";
import type { RegionFlags } from "../../../../../services/rollout-gate/flags/regionFlags";
import { inRegion, percentageFlag } from "../../../../support/flags";
import { flagsOf } from "../../../../support/regionFlags";
import { StillSource } from "../../../../support/stillSource";
import { until } from "../../../../support/until";

describe("What a region knows of flags", () => {
  let source: StillSource;
  let flags: RegionFlags;
  let seen: ReturnType<typeof flagsOf>["seen"];
  let told: string[];

  const start = (remembered = {}) => {
    source = new StillSource();
    ({ flags, seen } = flagsOf(source, remembered));
    told = [];
    flags.onChange(() => told.push(Object.keys(flags.all()).map(shown).join(", ")));
    flags.start();
  };
  const shown = (key: string) => {
    const { state, fresh } = flags.known(key);
    const what = state?.kind === "on" ? state.percentage : (state?.kind ?? "unknown");
    return `${key} ${what}${fresh ? "" : ", stale"}`;
  };
  afterEach(() => flags.close());

  it("is what was remembered until something is heard, but not fresh", async () => {
    const off = { state: { kind: "off" }, reason: "shop is off" } as const;
    const on = { state: { kind: "on", percentage: 100 }, reason: "the default rule" } as const;
    start({ shop: off, blog: on });
    assert.deepEqual(flags.all(), {
      blog: { ...on, fresh: false, reason: "it was lost; when last heard: the default rule" },
      shop: { ...off, fresh: false, reason: "it was lost; when last heard: shop is off" },
    });
    assert.deepEqual(flags.missing(), []);
    const ask = { weight: 10, last: false };
    assert.equal(verdictOf(flags.known("shop"), ask), "killed");
    assert.equal(verdictOf(flags.known("blog"), ask), "hold");
    source.say({ blog: percentageFlag("blog", 25) });
    await until("it is heard", () => shown("blog") === "blog 25");
    assert.equal(flags.known("shop").state, undefined, "it is not there any more");
    assert.deepEqual(Object.keys(seen.memory), ["blog"]);
  });

  it("is told in the same moment to be off, while others are still being compared", async () => {
    start();
    source.say({ shop: percentageFlag("shop", 25), blog: percentageFlag("blog", 25) });
    await until("both are known", () => shown("shop") === "shop 25" && shown("blog") === "blog 25");
    told = [];
    source.say({
      shop: percentageFlag("shop", 25, { on: false }),
      blog: percentageFlag("blog", 50),
    });
    assert.equal(shown("blog"), "blog 25, stale");
    await until("the comparison is over", () => shown("blog") === "blog 50");
    assert.deepEqual(told, ["blog unknown, shop off", "blog 50, shop off"]);
  });

  it("tells nobody when the same is heard again", async () => {
    start();
    source.say({ shop: percentageFlag("shop", 25) });
    await until("it is known", () => shown("shop") === "shop 25");
    told = [];
    source.again();
    await until("it is read", () => shown("shop") === "shop 25");
    assert.deepEqual(told, []);
    source.lose();
    assert.deepEqual(told, ["shop 25, stale"]);
    source.again();
    await until("it is fresh again", () => shown("shop") === "shop 25");
    assert.deepEqual(told, ["shop 25, stale", "shop 25"]);
  });

  it("knows nothing of a flag whose data nobody foresaw, and all of the others", async () => {
    start();
    const odd = { key: "odd", version: 1, on: true, fallthrough: { variation: 0 } };
    source.say({ odd, shop: percentageFlag("shop", 25) });
    await until("the other is known", () => shown("shop") === "shop 25");
    assert.equal(shown("odd"), "odd unknown");
  });

  it("compares anew when a segment changes, though no flag does", async () => {
    start();
    const clause = { attribute: "", op: "segmentMatch", values: ["some"], negate: false };
    const rules = [{ id: "some", clauses: [clause], variation: 0 }];
    const shop = percentageFlag("shop", 10, { rules });
    const some = (rule: object) => ({ some: { key: "some", version: 1, rules: [rule] } });
    source.say({ shop }, some({ clauses: [inRegion("eu-west-1")] }));
    await until("everybody", () => shown("shop") === "shop 100");
    source.say({ shop }, some({ clauses: [inRegion("eu-west-1")], weight: 50_000 }));
    await until("half of them do not", () => seen.mismatches.length === 1);
    assert.equal(shown("shop"), "shop unknown");
  });
});

describe("A flag's history", () => {
  type Step =
    | { readonly kind: "set"; readonly percentage: number }
    | { readonly kind: "off" | "delete" | "lose" | "hear" | "ask" };

  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc
      .constantFrom(0, 10, 24.999, 25, 50, 100)
      .map((percentage) => ({ kind: "set", percentage }) as const),
    fc.constantFrom("off", "delete", "lose", "hear", "ask", "ask").map((kind) => ({ kind })),
  );

  it("never allows more than the percentage that the source answers for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 30 }), async (history) => {
        const source = new StillSource();
        const { flags } = flagsOf(source);
        flags.start();
        try {
          await play(history, source, flags);
        } finally {
          flags.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  /** Plays a history against a region in the middle of its rollout, and asks at moments when much is still under way. */
  async function play(history: readonly Step[], source: StillSource, flags: RegionFlags) {
    const gates = rolloutSteps();
    let state = nextState(stableState("1"), { kind: "version", version: "2" }, gates);
    let said: number | "off" | undefined;
    const allowed = () => (typeof said === "number" && source.fresh ? said : -1);
    for (const step of history) {
      if (step.kind === "set")
        source.say({ shop: percentageFlag("shop", (said = step.percentage)) });
      else if (step.kind === "off") {
        said = "off";
        source.say({ shop: percentageFlag("shop", 100, { on: false }) });
      } else if (step.kind === "delete") source.say(((said = undefined), {}));
      else if (step.kind === "lose") source.lose();
      else if (step.kind === "hear") source.again();
      else await new Promise((resolve) => setImmediate(resolve));
      const known = flags.known("shop");
      for (const weight of [10, 25, 50, 100]) {
        const verdict = verdictOf(known, { weight, last: false });
        assert.ok(verdict !== "allowed" || weight <= allowed(), `${weight} of ${allowed()}`);
      }
      const before = state.weight;
      state = nextState(state, { kind: "gate", known }, gates);
      assert.ok(state.weight <= before || state.weight <= allowed(), "a weight was raised");
      state = nextState(state, { kind: "ready" }, gates);
    }
  }
});
