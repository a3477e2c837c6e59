import * as assert from "node:assert/strict";
import { formatStatus } from "../../../cli/statusView";
import { replicasText } from "../../../cli/region";
import { dividedPolicy } from "../../../infra/components/federation/manifests/karmada";
import { composeStatus } from "../../../operations/status/compose";
import type { Binding, Observed } from "../../../operations/status/model";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const regions = [small("eu-west-1", { zones: ["a", "b"] }), small("us-east-1")];
const planFor = (failback: Record<string, unknown>) =>
  planOf(regions, { federation: { failover: { failback } } });
const plan = planFor({ mode: "automatic", steadySeconds: 120 });
const manual = planFor({});

const joined = Date.UTC(2026, 0, 1);
const back = joined + 3_600_000;
const iso = (time: number) => new Date(time).toISOString();

const cluster = (name: string, since: number) => ({
  metadata: { name, creationTimestamp: iso(joined), labels: { "meridian.dev/weight": "1" } },
  status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: iso(since) }] },
});

const binding = (health = "Healthy"): Binding => ({
  metadata: { generation: 1 },
  spec: {
    resource: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      namespace: "shop",
      name: "shop",
    },
    replicas: 3,
    clusters: [{ name: "eu-west-1", replicas: 3 }],
    placement: dividedPolicy(plan.regions).spec?.placement as never,
  },
  status: {
    schedulerObservedGeneration: 1,
    lastScheduledTime: iso(back),
    aggregatedStatus: [{ clusterName: "eu-west-1", health }],
  },
});

const good = inOrder(plan);

/** us-east-1 has been back for some seconds, and eu-west-1 still has all replicas. */
function observed(seconds: number, weight = 100, health?: string): Observed {
  const namespace = "shop";
  return {
    ...good,
    workloads: good.workloads.map((one) => ({
      ...one,
      metadata: { ...one.metadata, namespace },
    })),
    edges: good.edges.map((edge) => (edge.region === "us-east-1" ? { ...edge, weight } : edge)),
    bindings: [binding(health)],
    failback: {
      clusters: [cluster("eu-west-1", joined), cluster("us-east-1", back)],
      rebalancers: [],
      now: back + seconds * 1000,
    },
  };
}

describe("The status of failback", () => {
  const text = (of: Observed, planned = plan) => formatStatus(composeStatus(planned, of), planned);

  it("says when replicas return by themselves", () => {
    const status = composeStatus(plan, observed(80));
    assert.deepEqual(status.failback, {
      mode: "automatic",
      ...{ move: [], moving: [], held: [], queued: 0 },
      regions: [{ name: "us-east-1", workloads: 1, steadyInSeconds: 40 }],
    });
    assert.match(
      text(observed(80)),
      /^ {2}automatic failback of us-east-1 in 40 s \(1 workload\)$/m,
    );
    assert.doesNotMatch(text(observed(80)), /meridian rebalance/);
  });

  it("says which workloads return next", () => {
    assert.match(
      text(observed(120)),
      /automatic failback of us-east-1: 1 workload to return\n {2}moving: 1 workload next: shop\/shop$/m,
    );
  });

  it("says why a workload waits", () => {
    const unready = text(observed(120, 100, "Unhealthy"));
    assert.match(unready, /shop\/shop does not return yet: it is not ready in eu-west-1/);
  });

  it("says that a drained region waits, and how it ends", () => {
    const drained = text(observed(500, 0));
    assert.match(drained, /failback of us-east-1 waits: it is drained to 0 % of its traffic/);
    assert.match(drained, /`npx meridian drain us-east-1 --to 100 -e test` restores its traffic/);
  });

  it("names the command where failback is manual", () => {
    const status = composeStatus(manual, observed(500));
    assert.deepEqual(status.failback, { mode: "manual" });
    assert.match(
      text(observed(500), manual),
      /us-east-1 has no share of the replicas: `npx meridian rebalance test` divides them again/,
    );
  });

  it("says nothing when nothing is due, or the federation does not answer", () => {
    for (const of of [good, { ...observed(500), failback: undefined }])
      assert.deepEqual(composeStatus(plan, of).failback, {
        mode: "automatic",
        ...{ move: [], moving: [], held: [], queued: 0, regions: [] },
      });
  });
});

describe("A region that has returned", () => {
  const empty = { environment: "test", rebalance: ["us-east-1"] };

  it("is told how it gets its replicas back", () => {
    assert.match(
      replicasText("us-east-1", empty, manual),
      /no share of the replicas\. `npx meridian rebalance test` divides/,
    );
    assert.match(replicasText("us-east-1", empty, plan), /ready for 120 s, 5 workloads at a time/);
    assert.match(replicasText("eu-west-1", empty, plan), /^It has its share of the replicas\./);
  });
});
