import * as assert from "node:assert/strict";
import {
  lossNoticeSeconds,
  occupies,
  type Placement,
  withoutOverdue,
} from "../../../infra/components/federation/evictions";
import { planOf, small } from "../../support/plan";

const now = Date.parse("2026-01-01T01:00:00Z");

/** An eviction that began so many minutes ago. */
const eviction = (fromCluster: string, minutes: number) => ({
  fromCluster,
  creationTimestamp: new Date(now - minutes * 60_000).toISOString(),
});

describe("The loss of a region", () => {
  it("has been noticed by then, with the timings of each profile", () => {
    const noticed = (profile: "fast" | "steady") => {
      const plan = planOf([small("eu-west-1")], { federation: { failover: { profile } } });
      return lossNoticeSeconds(plan.federation.failover);
    };
    assert.equal(noticed("fast"), 14);
    assert.equal(noticed("steady"), 60);
  });
});

describe("A workload", () => {
  it("occupies a region by replicas that are there or not yet replaced, and by nothing else", () => {
    const held = (placement: Placement) => occupies({ replicas: 3, ...placement }, "a");
    assert.equal(held({ clusters: [{ name: "a" }] }), true);
    assert.equal(held({ gracefulEvictionTasks: [eviction("a", 1)] }), true);
    const elsewhere = [{ name: "b" }];
    assert.equal(held({ clusters: elsewhere, gracefulEvictionTasks: [eviction("b", 1)] }), false);
    assert.equal(held({ clusters: [{ name: "a" }], replicas: 0 }), false);
  });

  it("keeps every eviction for ten minutes, and those from other regions for longer", () => {
    const left = (placement: Placement) => withoutOverdue(placement, "a", now);
    const other = eviction("b", 20);
    assert.equal(left({ gracefulEvictionTasks: [eviction("a", 9), other] }), undefined);
    assert.deepEqual(left({ gracefulEvictionTasks: [eviction("a", 11), other] }), [other]);
    assert.equal(left({ gracefulEvictionTasks: [other] }), undefined);
    const placed = { clusters: [{ name: "a" }], gracefulEvictionTasks: [eviction("a", 11)] };
    assert.equal(left(placed), undefined);
    assert.equal(left({ gracefulEvictionTasks: [{ fromCluster: "a" }] }), undefined);
  });
});
