import * as assert from "node:assert/strict";
import { type Binding, concerns, withoutOverdue } from "../../../infra/local/provider/leaving";

const now = Date.parse("2026-01-01T01:00:00Z");
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

function binding(spec: Partial<Binding["spec"]>): Binding {
  const resource = { apiVersion: "apps/v1", kind: "Deployment", name: "shop", namespace: "shop" };
  return { metadata: { name: "shop-deployment" }, spec: { resource, replicas: 3, ...spec } };
}

const task = (fromCluster: string, minutes: number) => ({
  fromCluster,
  creationTimestamp: minutesAgo(minutes),
});

describe("A region that leaves", () => {
  it("is held up by replicas that are there or that nobody has taken over, and by nothing else", () => {
    const held = (spec: Partial<Binding["spec"]>) => concerns(binding(spec), "a");
    assert.equal(held({ clusters: [{ name: "a" }] }), true);
    assert.equal(held({ gracefulEvictionTasks: [task("a", 1)] }), true);
    assert.equal(held({ clusters: [{ name: "b" }], gracefulEvictionTasks: [task("b", 1)] }), false);
    assert.equal(held({ clusters: [{ name: "a" }], replicas: 0 }), false);
  });

  it("waits ten minutes for others to take over, and then lets go of its own replicas alone", () => {
    const over = (spec: Partial<Binding["spec"]>) => withoutOverdue(binding(spec), "a", now);
    const others = task("b", 20);
    assert.equal(over({ gracefulEvictionTasks: [task("a", 9), others] }), undefined);
    assert.deepEqual(over({ gracefulEvictionTasks: [task("a", 11), others] }), [others]);
    assert.equal(over({ gracefulEvictionTasks: [others] }), undefined);
    // What is placed there is not evicted yet.
    const placed = { clusters: [{ name: "a" }], gracefulEvictionTasks: [task("a", 11)] };
    assert.equal(over(placed), undefined);
    assert.equal(over({ gracefulEvictionTasks: [{ fromCluster: "a" }] }), undefined);
  });
});
