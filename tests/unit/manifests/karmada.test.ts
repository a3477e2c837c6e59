import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  appLabel,
  dividedPolicy,
  drainTaint,
  everywherePolicy,
  lostRegionPolicy,
  lostTaint,
  memberSecretsNamespace,
  regionLabelPolicy,
  weightLabel,
} from "../../../infra/manifests/karmada";
import { planOf, small } from "../../support/plan";

const policy = (kind: string, name: string, spec: unknown) => ({
  apiVersion: "policy.karmada.io/v1alpha1",
  kind,
  metadata: { name },
  spec,
});

const everyApp = { matchExpressions: [{ key: "meridian.dev/app", operator: "Exists" }] };
const workloads = [
  { apiVersion: "apps/v1", kind: "Deployment", labelSelector: everyApp },
  { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", labelSelector: everyApp },
];

const { regions } = planOf([
  small("eu-west-1", { weight: 10 }),
  small("us-east-1", { weight: 2 }),
  small("ap-south-1", { weight: 0 }),
  small("sa-east-1", { weight: 2 }),
]);

describe("Karmada's policies", () => {
  it("names labels, taints and namespace as everything else spells them", () => {
    assert.deepEqual(
      { appLabel, weightLabel, lostTaint, drainTaint, memberSecretsNamespace },
      {
        appLabel: "meridian.dev/app",
        weightLabel: "meridian.dev/weight",
        lostTaint: "meridian.dev/region-lost",
        drainTaint: "meridian.dev/draining",
        memberSecretsNamespace: "karmada-cluster",
      },
    );
  });

  it("divides Deployments and Rollouts by weights found by label: distinct, ascending as numbers, none of 0", () => {
    const weigh = (weight: number) => ({
      targetCluster: { labelSelector: { matchLabels: { "meridian.dev/weight": `${weight}` } } },
      weight,
    });
    const expected = policy("ClusterPropagationPolicy", "meridian-divided", {
      resourceSelectors: workloads,
      placement: {
        clusterAffinity: {
          labelSelector: {
            matchExpressions: [{ key: "meridian.dev/weight", operator: "NotIn", values: ["0"] }],
          },
        },
        replicaScheduling: {
          replicaSchedulingType: "Divided",
          replicaDivisionPreference: "Weighted",
          weightPreference: { staticWeightList: [weigh(2), weigh(10)] },
        },
      },
      failover: { cluster: { purgeMode: "Gracefully" } },
      conflictResolution: "Overwrite",
    });
    assert.deepEqual(dividedPolicy(regions), expected);
  });

  it("stays the same when a region of a known weight joins, and names no region", () => {
    const before = planOf([small("eu-west-1", { weight: 3 }), small("us-east-1")]).regions;
    const after = planOf([
      small("eu-west-1", { weight: 3 }),
      small("us-east-1"),
      small("us-east-2"),
    ]);
    assert.deepEqual(dividedPolicy(after.regions), dividedPolicy(before));
    assert.doesNotMatch(JSON.stringify(dividedPolicy(regions)), /-(west|east|south)-/);
  });

  it("has exactly one rule for every weight above 0, whatever the weights", () => {
    const names = ["eu-west-1", "eu-west-2", "us-east-1", "us-west-1"];
    const weights = fc
      .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 })
      .filter((drawn) => drawn.some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, (drawn) => {
        const plan = planOf(drawn.map((weight, at) => small(names[at] ?? "", { weight })));
        const rules =
          dividedPolicy(plan.regions).spec?.placement.replicaScheduling.weightPreference
            ?.staticWeightList ?? [];
        const wanted = new Set(drawn.filter((weight) => weight !== 0));
        assert.deepEqual(
          rules.map(({ weight }) => weight),
          [...wanted].sort((one, other) => one - other),
        );
        for (const { targetCluster, weight } of rules)
          assert.deepEqual(targetCluster.labelSelector.matchLabels, {
            "meridian.dev/weight": String(weight),
          });
      }),
      { numRuns: 50 },
    );
  });

  it("copies everything else everywhere, lost regions included", () => {
    const kinds = [
      ["v1", "ConfigMap"],
      ["v1", "Secret"],
      ["v1", "Service"],
      ["v1", "ServiceAccount"],
      ["v1", "PersistentVolumeClaim"],
      ["policy/v1", "PodDisruptionBudget"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
      ["traefik.io/v1alpha1", "IngressRoute"],
      ["traefik.io/v1alpha1", "TraefikService"],
      ["traefik.io/v1alpha1", "Middleware"],
    ];
    const expected = policy("ClusterPropagationPolicy", "meridian-everywhere", {
      resourceSelectors: kinds.map(([apiVersion, kind]) => ({
        apiVersion,
        kind,
        labelSelector: everyApp,
      })),
      placement: {
        clusterTolerations: [{ key: "meridian.dev/region-lost", operator: "Exists" }],
        replicaScheduling: { replicaSchedulingType: "Duplicated" },
      },
      conflictResolution: "Overwrite",
    });
    assert.deepEqual(everywherePolicy(), expected);
  });

  it("marks a region that is not ready, by both effects, and takes the mark off again", () => {
    const expected = policy("ClusterTaintPolicy", "meridian-region-lost", {
      addOnConditions: [{ conditionType: "Ready", operator: "NotIn", statusValues: ["True"] }],
      removeOnConditions: [{ conditionType: "Ready", operator: "In", statusValues: ["True"] }],
      taints: [
        { key: "meridian.dev/region-lost", effect: "NoSchedule" },
        { key: "meridian.dev/region-lost", effect: "NoExecute" },
      ],
    });
    assert.deepEqual(lostRegionPolicy(), expected);
  });

  it("tells each region's pods its name: one rule a region, in the order of the plan", () => {
    const rule = (name: string) => ({
      targetCluster: { clusterNames: [name] },
      overriders: {
        plaintext: [
          {
            path: "/spec/template/metadata/labels/meridian.dev~1region",
            operator: "add",
            value: name,
          },
        ],
      },
    });
    const expected = policy("ClusterOverridePolicy", "meridian-region", {
      resourceSelectors: workloads,
      overrideRules: ["eu-west-1", "us-east-1", "ap-south-1", "sa-east-1"].map(rule),
    });
    assert.deepEqual(regionLabelPolicy(regions), expected);
  });
});
