import * as assert from "node:assert/strict";
import {
  decideFailback,
  type FailbackDecision,
  type FailbackMember,
  type FailbackWorkload,
} from "../../../../infra/components/federation/failback";

const seconds = (count: number) => count * 1000;
const start = Date.parse("2026-01-01T00:00:00Z");
const policy = { steadySeconds: 300, maxConcurrent: 2 };

/** A member that was never lost, but for what is given. */
const member = (name: string, change: Partial<FailbackMember> = {}): FailbackMember => ({
  ...{ name, available: true, trafficPercent: 100 },
  ...change,
});
const [eu, ap] = [member("eu"), member("ap")];
/** Lost, and back since the start. */
const us = member("us", { returnedAt: start });

/** A workload of ten replicas that a loss of `us` has moved, but for what is given. */
const workload = (name: string, change: Partial<FailbackWorkload> = {}): FailbackWorkload => ({
  reference: { apiVersion: "apps/v1", kind: "Deployment", namespace: name, name },
  replicas: 10,
  weights: { eu: 1, us: 1, ap: 1 },
  placed: { eu: 5, ap: 5 },
  ...change,
});
const whole = { placed: { eu: 4, ap: 3, us: 3 } };

const decide = (
  atSeconds: number,
  members: readonly FailbackMember[],
  workloads: readonly FailbackWorkload[],
): FailbackDecision =>
  decideFailback({ members, workloads, now: start + seconds(atSeconds) }, policy);

const moved = ({ move }: FailbackDecision) => move.map(({ name }) => name);
const idle = { move: [], moving: [], held: [], queued: 0, regions: [] };

describe("Automatic failback", () => {
  const three = [eu, us, ap];

  it("does nothing while every workload has its share everywhere", () => {
    assert.deepEqual(decide(900, three, [workload("a", whole), workload("b", whole)]), idle);
  });

  it("waits until the region has been ready for the steady time, and says for how long", () => {
    const decision = decide(260, three, [workload("a"), workload("b", whole)]);
    assert.deepEqual(decision, {
      ...idle,
      regions: [{ name: "us", workloads: 1, steadyInSeconds: 40 }],
    });
    assert.deepEqual(moved(decide(299.5, three, [workload("a")])), []);
    assert.deepEqual(moved(decide(300, three, [workload("a")])), ["a"]);
  });

  it("begins again when the region flaps: every return starts the steady time", () => {
    // Up for 200 s, down for 10 s, for an hour: it never gets a replica.
    for (let at = 0; at < 3600; at += 210) {
      const back = member("us", { returnedAt: start + seconds(at) });
      const gone = member("us", { available: false, returnedAt: start + seconds(at + 200) });
      assert.deepEqual(moved(decide(at + 199, [eu, back, ap], [workload("a")])), []);
      assert.deepEqual(decide(at + 205, [eu, gone, ap], [workload("a")]), idle);
    }
  });

  it("moves no more workloads at a time than allowed, in a stable order", () => {
    const all = ["d", "b", "c", "a", "e"].map((name) => workload(name));
    const decision = decide(400, three, all);
    assert.deepEqual(moved(decision), ["a", "b"]);
    assert.equal(decision.queued, 3);
    assert.deepEqual(decision.regions, [{ name: "us", workloads: 5 }]);
  });

  const returned = (name: string, unsettled?: string) =>
    workload(name, {
      ...whole,
      requestedAt: start + seconds(301),
      ...(unsettled !== undefined && { unsettled }),
    });

  it("lets the next workload follow when a moved one is ready", () => {
    const rest = [workload("c"), workload("d"), workload("e")];
    const unready = "is not ready in us";
    const one = decide(310, three, [returned("a"), returned("b", unready), ...rest]);
    assert.deepEqual(moved(one), ["c"]);
    assert.deepEqual(one.moving, [{ workload: "b/b", reason: unready }]);
    assert.equal(one.queued, 2);
    const none = decide(310, three, [returned("a", unready), returned("b", unready), ...rest]);
    assert.deepEqual(moved(none), []);
    assert.equal(none.queued, 3);
  });

  it("decides the same after a restart: what has been requested is in the workloads", () => {
    const rest = [workload("c"), workload("d")];
    const requested = { requestedAt: start + seconds(301), unsettled: "is being rebalanced" };
    // Requested, and not scheduled yet.
    const open = [workload("a", requested), workload("b", requested), ...rest];
    const decision = decide(302, three, open);
    assert.deepEqual(moved(decision), []);
    assert.equal(decision.moving.length, 2);
    assert.deepEqual(decide(302, three, open), decision);
  });

  it("leaves a workload alone that is not ready or in a rollout, and moves the others", () => {
    const rolling = workload("a", { unsettled: "is being rolled out in eu" });
    const broken = workload("b", { unsettled: "is not ready in ap" });
    const decision = decide(400, three, [rolling, broken, workload("c")]);
    assert.deepEqual(moved(decision), ["c"]);
    assert.deepEqual(decision.held, [
      { workload: "a/a", reason: "is being rolled out in eu" },
      { workload: "b/b", reason: "is not ready in ap" },
    ]);
    assert.deepEqual(decision.moving, []);
  });

  it("is not stopped by a workload that became unready long after an earlier failback", () => {
    const later = member("ap", { returnedAt: start + seconds(5000) });
    const before = { requestedAt: start + seconds(301), unsettled: "is not ready in eu" };
    const broken = ["x", "y"].map((name) => workload(name, { ...whole, ...before }));
    const due = workload("a", { placed: { eu: 5, us: 5 } });
    const decision = decide(5400, [eu, us, later], [...broken, due]);
    assert.deepEqual(moved(decision), ["a"]);
    assert.deepEqual(decision.moving, []);
  });

  describe("of two regions", () => {
    const later = member("ap", { returnedAt: start + seconds(200) });
    const onlyEu = { placed: { eu: 10 } };

    it("waits for the later one: Karmada would divide over both", () => {
      const decision = decide(400, [eu, us, later], [workload("a", onlyEu)]);
      assert.deepEqual(moved(decision), []);
      assert.deepEqual(decision.regions, [
        { name: "us", workloads: 1 },
        { name: "ap", workloads: 1, steadyInSeconds: 100 },
      ]);
      assert.deepEqual(moved(decide(500, [eu, us, later], [workload("a", onlyEu)])), ["a"]);
    });

    it("goes on for a workload that the later one has not lost", () => {
      const decision = decide(400, [eu, us, later], [workload("a")]);
      assert.deepEqual(moved(decision), ["a"]);
    });

    it("goes on while the other is lost again, or still is", () => {
      const gone = member("ap", { available: false });
      assert.deepEqual(moved(decide(400, [eu, us, gone], [workload("a", onlyEu)])), ["a"]);
    });

    it("does not move a workload that still has replicas in the lost one", () => {
      const gone = member("ap", { available: false });
      const decision = decide(400, [eu, us, gone], [workload("a")]);
      assert.deepEqual(moved(decision), []);
      assert.match(decision.held[0]?.reason ?? "", /has replicas in ap, which is not available/);
    });

    it("spreads even two replicas, which are less than one for each region", () => {
      const two = workload("a", { replicas: 2, placed: { eu: 2 } });
      assert.deepEqual(moved(decide(900, [eu, us, later], [two])), ["a"]);
    });
  });

  describe("of a drained region", () => {
    const drained = (trafficPercent: number) => member("us", { returnedAt: start, trafficPercent });

    for (const percent of [0, 50, 99])
      it(`does not refill it against \`drain\` to ${percent} %`, () => {
        const decision = decide(9000, [eu, drained(percent), ap], [workload("a")]);
        assert.deepEqual(decision, {
          ...idle,
          regions: [{ name: "us", workloads: 1, drainedToPercent: percent }],
        });
      });

    it("goes on when its traffic is restored", () => {
      assert.deepEqual(moved(decide(9000, [eu, drained(100), ap], [workload("a")])), ["a"]);
    });

    it("does not refill it by the return of another one either", () => {
      const other = member("ap", { returnedAt: start });
      const decision = decide(
        9000,
        [eu, drained(0), other],
        [workload("a", { placed: { eu: 10 } })],
      );
      assert.deepEqual(moved(decision), []);
    });

    it("is no matter for a workload that has its replicas there", () => {
      const other = member("ap", { returnedAt: start });
      const decision = decide(
        9000,
        [eu, drained(0), other],
        [workload("a", { placed: { eu: 5, us: 5 } })],
      );
      assert.deepEqual(moved(decision), ["a"]);
    });

    it("does nothing for one that leaves the federation, or has no share of the workload", () => {
      const leaving = member("us", { returnedAt: start, available: false });
      assert.deepEqual(decide(9000, [eu, leaving, ap], [workload("a")]), idle);
      for (const weights of [
        { eu: 1, ap: 1 },
        { eu: 1, us: 0, ap: 1 },
      ])
        assert.deepEqual(decide(9000, three, [workload("a", { weights })]), idle);
    });
  });

  it("stops when the region is lost again in the middle, and begins again after its return", () => {
    const rest = [workload("c"), workload("d")];
    const gone = member("us", { available: false, returnedAt: start + seconds(330) });
    const halfway = [
      workload("a", {
        ...whole,
        requestedAt: start + seconds(301),
        unsettled: "is not ready in us",
      }),
      ...rest,
    ];
    assert.deepEqual(decide(340, [eu, gone, ap], halfway), idle);
    // Karmada has evicted what had returned; the earlier request does not count for this return.
    const back = member("us", { returnedAt: start + seconds(400) });
    const evicted = [workload("a", { requestedAt: start + seconds(301) }), ...rest];
    assert.deepEqual(moved(decide(600, [eu, back, ap], evicted)), []);
    assert.deepEqual(moved(decide(700, [eu, back, ap], evicted)), ["a", "c"]);
  });

  it("accepts the division that Karmada has made since the return, whatever it is", () => {
    const asked = { requestedAt: start + seconds(310) };
    const chosen = [
      workload("one", { replicas: 1, placed: { ap: 1 } }),
      workload("odd", { replicas: 10, placed: { eu: 6, ap: 4 }, ...asked }),
    ];
    assert.deepEqual(decide(400, three, chosen), idle);
  });

  it("does not count a request that came before the region's taint was removed", () => {
    const early = workload("a", { requestedAt: start + seconds(5) });
    assert.deepEqual(moved(decide(400, three, [early])), ["a"]);
  });

  it("follows the weights of each workload", () => {
    const weights = { eu: 3, us: 1, ap: 3 };
    // A seventh of six replicas is less than one: 3 and 3 is even.
    const even = workload("a", { weights, replicas: 6, placed: { eu: 3, ap: 3 } });
    const uneven = workload("b", { weights, replicas: 14, placed: { eu: 7, ap: 7 } });
    assert.deepEqual(moved(decide(400, three, [even, uneven])), ["b"]);
  });

  it("has nothing to do without replicas, regions or workloads", () => {
    assert.deepEqual(decide(400, three, [workload("a", { replicas: 0, placed: {} })]), idle);
    assert.deepEqual(decide(400, three, []), idle);
    assert.deepEqual(decide(400, [], [workload("a")]), idle);
  });
});
