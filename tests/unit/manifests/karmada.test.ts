import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  dividedPolicy,
  everywherePolicy,
  lostRegionPolicy,
  lostTaint,
  clusterDnsPolicy,
  regionLabelPolicy,
  regionPolicies,
  weightLabel,
} from "../../../infra/components/federation/manifests/karmada";
import type { PlatformPlan } from "../../../infra/plan";
import { clusterDnsAddress } from "../../../infra/plan/addresses";
import { at } from "../../../infra/plan/kubeObject";
import { awsPlanOf } from "../../support/aws/plan";
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
  it("divides what runs, keeps a region of weight 0 out, and moves replicas gracefully", () => {
    const spec = dividedPolicy(regions).spec ?? assert.fail("no spec");
    assert.deepEqual(spec.resourceSelectors, workloads);
    assert.deepEqual(spec.placement.clusterAffinity?.labelSelector.matchExpressions, [
      { key: weightLabel, operator: "NotIn", values: ["0"] },
    ]);
    assert.deepEqual(spec.failover, { cluster: { purgeMode: "Gracefully" } });
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
    const spec = everywherePolicy().spec ?? assert.fail("no spec");
    assert.equal(spec.placement.replicaScheduling.replicaSchedulingType, "Duplicated");
    assert.deepEqual(spec.placement.clusterTolerations, [{ key: lostTaint, operator: "Exists" }]);
    const kindsOf = (of: typeof workloads) => of.map(({ kind }) => kind);
    const both = [...kindsOf(spec.resourceSelectors as typeof workloads), ...kindsOf(workloads)];
    assert.equal(new Set(both).size, both.length, "a kind is divided and copied");
    for (const selector of spec.resourceSelectors)
      assert.deepEqual(selector.labelSelector, everyApp, selector.kind);
  });

  it("marks a region that is not ready, by both effects, and takes the mark off again", () => {
    const { addOnConditions, removeOnConditions, taints } = lostRegionPolicy().spec as {
      addOnConditions: unknown;
      removeOnConditions: unknown;
      taints: { key: string; effect: string }[];
    };
    const ready = { conditionType: "Ready", statusValues: ["True"] };
    assert.deepEqual(addOnConditions, [{ ...ready, operator: "NotIn" }]);
    assert.deepEqual(removeOnConditions, [{ ...ready, operator: "In" }]);
    assert.deepEqual(
      taints.map(({ key, effect }) => [key, effect]),
      [
        [lostTaint, "NoSchedule"],
        [lostTaint, "NoExecute"],
      ],
    );
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

  it("gives each region's network policies the DNS address of its own cluster, on AWS only", () => {
    const names = (plan: PlatformPlan) => regionPolicies(plan).map(({ metadata }) => metadata.name);
    const local = planOf([small("eu-west-1")]);
    assert.deepEqual(names(local), ["meridian-region"]);
    const aws = awsPlanOf(["eu-west-1", "us-east-1"]);
    assert.deepEqual(names(aws), ["meridian-region", "meridian-dns"]);
    const rules = (clusterDnsPolicy(aws.regions).spec as { overrideRules: object[] }).overrideRules;
    assert.deepEqual(
      rules.map((rule) => [
        at(rule, "targetCluster.clusterNames[0]"),
        at(rule, "overriders.plaintext[0].value.to[0].ipBlock.cidr"),
      ]),
      aws.regions.map(({ name, network }) => [name, `${clusterDnsAddress(network)}/32`]),
    );
  });
});
