import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  apiServerThresholds,
  appThresholds,
  Check,
  type EdgeState,
  failingDeep,
  gatewayThresholds,
  type Verdict,
  verdict,
} from "../../../../services/dataplane/health";
import { subsets } from "../../plan/dnsSample";

describe("A check", () => {
  it("turns only after a row of equal results: the last `fall` or `rise` all say otherwise", () => {
    const thresholds = fc.record({
      fall: fc.integer({ min: 1, max: 5 }),
      rise: fc.integer({ min: 1, max: 5 }),
    });
    const results = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(thresholds, results, (limits, seen) => {
        const check = new Check(limits);
        let state = seen[0] as boolean;
        seen.forEach((result, i) => {
          const needed = state ? limits.fall : limits.rise;
          const last = seen.slice(Math.max(0, i + 1 - needed), i + 1);
          if (last.length === needed && last.every((one) => one !== state)) state = !state;
          assert.equal(check.see(result), state);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("believes the first result at once", () => {
    for (const first of [true, false])
      assert.equal(new Check({ fall: 9, rise: 9 }).see(first), first);
  });

  it("that is told what counts turns by a row of results only, as it does later", () => {
    for (const start of [true, false]) {
      const check = new Check({ fall: 3, rise: 3 }, start);
      const seen = [!start, !start, !start].map((result) => check.see(result));
      assert.deepEqual(seen, [start, start, !start]);
    }
  });

  it("of what flaps never turns, be it good or bad", () => {
    for (const first of [true, false]) {
      const check = new Check({ fall: 2, rise: 2 });
      for (let i = 0; i < 50; i++) assert.equal(check.see(i % 2 === 0 ? first : !first), first);
    }
  });

  it("of a gateway and of an app falls after two, of an API server only after a restart's time", () => {
    for (const [limits, fall, rise] of [
      [gatewayThresholds, 2, 3],
      [appThresholds, 2, 3],
      [apiServerThresholds, 12, 4],
    ] as const) {
      const check = new Check(limits);
      const until = (state: boolean) => {
        for (let count = 1; count < 100; count++) if (check.see(state) === state) return count;
        return 0;
      };
      check.see(true);
      assert.deepEqual([until(false), until(true)], [fall, rise]);
    }
  });
});

const flags = [true, false];

/** Every state that one region can be in, as far as an app "shop" is concerned. */
const states = flags.flatMap((gateway) =>
  flags.flatMap((apiServer) =>
    [true, false, undefined].map((shop) => ({
      gateway,
      apiServer,
      apps: shop === undefined ? {} : { shop },
    })),
  ),
);

/** Every situation of this many regions. */
function situations(count: number): EdgeState[][] {
  return Array.from({ length: count }).reduce<EdgeState[][]>(
    (all, _, i) =>
      all.flatMap((some) => states.map((state) => [...some, { region: `r${i}`, ...state }])),
    [[]],
  );
}

/** What each of the regions says when every gateway that works lets the others ask. */
function verdicts(regions: readonly EdgeState[], app: string | undefined): Verdict[] {
  return regions.map((own) =>
    verdict(
      own,
      app,
      regions.filter((other) => other !== own && other.gateway),
    ),
  );
}

describe("A verdict", () => {
  const knows = (state: EdgeState, app: string | undefined) =>
    app === undefined || app in state.apps;
  const passes = (state: EdgeState, app: string | undefined) =>
    state.apiServer && (app === undefined || state.apps[app] === true);

  for (const count of [1, 2, 3])
    it(`of ${count} regions in every situation: a broken gateway is out, else who passes is in, else who is alone in failing is out, and who never had the app`, () => {
      for (const regions of situations(count))
        for (const app of [undefined, "shop"])
          verdicts(regions, app).forEach((found, i) => {
            const own = regions[i] as EdgeState;
            const someonePasses = regions.some((each) => each.gateway && passes(each, app));
            const what = JSON.stringify({ regions, app, i });
            const guarded = own.gateway && knows(own, app) && !passes(own, app) && !someonePasses;
            assert.equal(found.healthy, (own.gateway && passes(own, app)) || guarded, what);
            const guard = guarded ? "no other region passes this check" : undefined;
            assert.equal(found.guard, guard, what);
          });
    });

  it("never takes every region out by deep checks alone, whoever can ask whom", () => {
    for (const regions of situations(2).concat(situations(3)))
      for (const app of [undefined, "shop"]) {
        if (!regions.some((each) => each.gateway && knows(each, app))) continue;
        assert.ok(
          verdicts(regions, app).some(({ healthy }) => healthy),
          JSON.stringify(regions),
        );
        const [own, ...others] = regions as [EdgeState, ...EdgeState[]];
        for (const reached of subsets(others)) {
          const { healthy } = verdict(own, app, reached);
          // It leaves only for one who takes over.
          const taker = reached.some((peer) => peer.gateway && verdict(peer, app, []).healthy);
          assert.ok(healthy || !own.gateway || !knows(own, app) || taker);
        }
      }
  });

  it("names what fails, gateway first", () => {
    const state = { region: "r", gateway: false, apiServer: false, apps: { shop: false } };
    const api = "api-server";
    assert.deepEqual(failingDeep(state, undefined), [api]);
    assert.deepEqual(failingDeep(state, "shop"), [api, "replicas or route of shop"]);
    assert.deepEqual(verdict(state, "shop", []), {
      healthy: false,
      failing: ["gateway", api, "replicas or route of shop"],
    });
    const open = { ...state, gateway: true };
    assert.deepEqual(verdict(open, undefined, []), {
      healthy: true,
      failing: [api],
      guard: "no other region passes this check",
    });
    const well = { region: "s", gateway: true, apiServer: true, apps: {} };
    assert.deepEqual(verdict(open, undefined, [well]), { healthy: false, failing: [api] });
    assert.deepEqual(verdict(well, undefined, []), { healthy: true, failing: [] });
    // A region that has only just joined, and cannot ask the others in time.
    for (const app of ["blog", "constructor", "__proto__"])
      for (const others of [[], [open]])
        assert.deepEqual(verdict(well, app, others), {
          healthy: false,
          failing: [`replicas or route of ${app}`],
        });
  });
});
