import * as assert from "node:assert/strict";
import {
  type BindingObject,
  readMembers,
  readWorkloads,
  type RebalancerObject,
} from "../../../../infra/components/federation/failbackState";
import {
  dividedPolicy,
  lostTaint,
} from "../../../../infra/components/federation/manifests/karmada";
import {
  type ClusterObject,
  hasSettled,
  settleSeconds,
} from "../../../../infra/components/federation/members";
import { planOf, small } from "../../../support/plan";

const time = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const ms = (second: number) => Date.parse(time(second));

/** A Cluster object that joined at second 0. */
const cluster = (readyAt: number, change: Partial<ClusterObject> = {}): ClusterObject => ({
  metadata: {
    ...{ name: "us", creationTimestamp: time(0), labels: { "meridian.dev/weight": "2" } },
    ...change.metadata,
  },
  spec: change.spec ?? {},
  status: change.status ?? {
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: time(readyAt) }],
  },
});

const memberOf = (one: ClusterObject, traffic = {}) => readMembers([one], traffic)[0];

describe("A member for failback", () => {
  it("was never lost if it has been ready since it joined", () => {
    assert.deepEqual(memberOf(cluster(3)), {
      ...{ name: "us", available: true, trafficPercent: 100 },
    });
  });

  it("is back since it became ready again", () => {
    assert.equal(memberOf(cluster(500))?.returnedAt, ms(500));
  });

  it("is not available while it is not ready, tainted, or says no time", () => {
    const conditions = (status: string) => [
      { type: "Ready", status, lastTransitionTime: time(500) },
    ];
    const taints = [{ key: lostTaint, effect: "NoSchedule" }];
    for (const change of [
      { status: { conditions: conditions("False") } },
      { status: { conditions: conditions("Unknown") } },
      { status: {} },
      { status: { conditions: [{ type: "Ready", status: "True" }] } },
      { spec: { taints } },
    ])
      assert.equal(memberOf(cluster(500, change))?.available, false, JSON.stringify(change));
    const prefers = { spec: { taints: [{ key: "maintenance", effect: "PreferNoSchedule" }] } };
    assert.equal(memberOf(cluster(500, prefers))?.available, true);
  });

  it("serves the share of its traffic that drain has set", () => {
    assert.equal(memberOf(cluster(3), { us: 0 })?.trafficPercent, 0);
    assert.equal(memberOf(cluster(3), { eu: 0 })?.trafficPercent, 100);
  });

  it("has settled a minute after its return, or at once if it was never lost", () => {
    assert.equal(hasSettled(cluster(3), ms(4)), true);
    assert.equal(hasSettled(cluster(500), ms(500 + settleSeconds)), false);
    assert.equal(hasSettled(cluster(500), ms(501 + settleSeconds)), true);
  });
});

/** The placement as Karmada writes it into a binding, from Meridian's own policy. */
const policy = dividedPolicy(planOf([small("eu-west-1"), small("us-east-1")]).regions);
const placement = policy.spec?.placement as BindingObject["spec"]["placement"];

/** Two members with Meridian's weights. */
const members: ClusterObject[] = ["eu", "us"].map((name) => ({
  metadata: { name, labels: { "meridian.dev/weight": "1" } },
}));

type Change = {
  readonly metadata?: BindingObject["metadata"];
  readonly spec?: Partial<BindingObject["spec"]>;
  readonly status?: BindingObject["status"];
};

/** A workload that is ready with 2 replicas in each of two regions. */
function binding({ metadata = {}, spec = {}, status = {} }: Change = {}): BindingObject {
  const report = (clusterName: string) => ({ clusterName, applied: true, health: "Healthy" });
  return {
    metadata: { generation: 3, ...metadata },
    spec: {
      resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" },
      replicas: 4,
      clusters: ["eu", "us"].map((name) => ({ name, replicas: 2 })),
      ...(placement !== undefined && { placement }),
      ...spec,
    },
    status: {
      schedulerObservedGeneration: 3,
      lastScheduledTime: time(10),
      aggregatedStatus: [report("eu"), report("us")],
      ...status,
    },
  };
}

const read = (change: Change = {}, rebalancers: readonly RebalancerObject[] = []) =>
  readWorkloads([binding(change)], rebalancers, members)[0];

describe("A workload for failback", () => {
  const reports = (...list: readonly object[]) => ({
    status: {
      aggregatedStatus: [{ clusterName: "eu", health: "Healthy" }, ...list] as never,
    },
  });

  it("is settled when it is ready wherever it is placed", () => {
    assert.deepEqual(read(), {
      reference: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" },
      replicas: 4,
      weights: { eu: 1, us: 1 },
      placed: { eu: 2, us: 2 },
    });
  });

  const unsettled: readonly (readonly [string, Change, string])[] = [
    [
      "has not been scheduled since its last change",
      { metadata: { generation: 4 } },
      "is not scheduled yet",
    ],
    [
      "has not been divided as last requested",
      { spec: { rescheduleTriggeredAt: time(11) } },
      "is not scheduled yet",
    ],
    [
      "is being evicted",
      { spec: { gracefulEvictionTasks: [{ fromCluster: "ap" }] } },
      "is being evicted from ap",
    ],
    [
      "is not ready in a region",
      reports({ clusterName: "us", health: "Unhealthy" }),
      "is not ready in us",
    ],
    ["has no report of a region", reports(), "is not ready in us"],
    [
      "is in a rollout",
      reports({ clusterName: "us", health: "Healthy", status: { phase: "Progressing" } }),
      "is being rolled out in us",
    ],
  ];
  for (const [what, change, reason] of unsettled)
    it(`is not settled while it ${what}`, () => assert.equal(read(change)?.unsettled, reason));

  it("is settled in a rollout that rests: its flag may hold it for days", () => {
    for (const gatePhase of ["held", "waiting", "complete", "killed"]) {
      const status = { phase: "Progressing", gatePhase };
      const found = read(reports({ clusterName: "us", health: "Healthy", status }));
      assert.equal(found?.unsettled, undefined, gatePhase);
    }
    const stepping = { phase: "Progressing", gatePhase: "stepping" };
    const found = read(reports({ clusterName: "us", health: "Healthy", status: stepping }));
    assert.match(found?.unsettled ?? "", /rolled out/);
  });

  const rebalancer = (at: number, finished: boolean): RebalancerObject => ({
    metadata: { name: `r${at}`, creationTimestamp: time(at) },
    spec: {
      workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" }],
    },
    status: finished ? { finishTime: time(at + 1) } : {},
  });

  it("was requested by its binding, or by a rebalancer that has not reached it yet", () => {
    const asked = { spec: { rescheduleTriggeredAt: time(9) } };
    assert.equal(read(asked)?.requestedAt, ms(9));
    const open = read(asked, [rebalancer(20, false)]);
    assert.deepEqual([open?.requestedAt, open?.unsettled], [ms(20), "is being rebalanced"]);
    const finished = read(asked, [rebalancer(20, true), rebalancer(15, true)]);
    assert.deepEqual([finished?.requestedAt, finished?.unsettled], [ms(20), undefined]);
  });

  it("is divided by the weights of its own placement, if it has one", () => {
    const own = (change: object) => ({
      ...{ replicaSchedulingType: "Divided", replicaDivisionPreference: "Weighted", ...change },
    });
    const weightsOf = (placed: object) => read({ spec: { placement: placed } })?.weights;
    assert.deepEqual(weightsOf({ replicaScheduling: own({}) }), { eu: 1, us: 1 });
    const heavy = { targetCluster: { clusterNames: ["us"] }, weight: 3 };
    const light = { targetCluster: { labelSelector: {} }, weight: 1 };
    const list = (...staticWeightList: object[]) => own({ weightPreference: { staticWeightList } });
    assert.deepEqual(weightsOf({ replicaScheduling: list(heavy, light) }), { eu: 1, us: 3 });
    assert.deepEqual(weightsOf({ replicaScheduling: list(heavy) }), { us: 3 });
    const nowhere = { targetCluster: { clusterNames: ["ap"] }, weight: 3 };
    assert.deepEqual(weightsOf({ replicaScheduling: list(nowhere) }), { eu: 1, us: 1 });
    const among = (clusterAffinity: object) =>
      weightsOf({ clusterAffinity, replicaScheduling: own({}) });
    assert.deepEqual(among({ clusterNames: ["eu"] }), { eu: 1 });
    assert.deepEqual(among({ exclude: ["eu"] }), { us: 1 });
    const labelled = (operator: string, values?: string[]) =>
      among({
        labelSelector: {
          matchExpressions: [{ key: "meridian.dev/weight", operator, ...(values && { values }) }],
        },
      });
    const [both, none] = [{ eu: 1, us: 1 }, {}];
    assert.deepEqual(labelled("In", ["1"]), both);
    assert.deepEqual(labelled("NotIn", ["1"]), none);
    assert.deepEqual(labelled("Exists"), both);
    assert.deepEqual(labelled("DoesNotExist"), none);
  });

  it("is left out if its shares depend on more than weights, or it is being deleted", () => {
    const divided = { replicaSchedulingType: "Divided", replicaDivisionPreference: "Weighted" };
    const dynamicWeight = "AvailableReplicas";
    for (const placed of [
      {},
      { replicaScheduling: { ...divided, replicaSchedulingType: "Duplicated" } },
      { replicaScheduling: { ...divided, replicaDivisionPreference: "Aggregated" } },
      { replicaScheduling: { ...divided, weightPreference: { dynamicWeight } } },
      { replicaScheduling: divided, spreadConstraints: [{ maxGroups: 2 }] },
      { replicaScheduling: divided, clusterAffinities: [{}] },
      { replicaScheduling: divided, clusterAffinity: { fieldSelector: {} } },
    ])
      assert.equal(read({ spec: { placement: placed } }), undefined, JSON.stringify(placed));
    assert.equal(read({ metadata: { deletionTimestamp: time(1) } }), undefined);
  });
});
