import * as assert from "node:assert/strict";
import { nodeClass, ownedTags } from "../../../infra/providers/aws/cluster/manifests/nodeClass";
import { nodePool } from "../../../infra/providers/aws/cluster/manifests/nodePool";
import { spotTaint, type NodePoolPlan } from "../../../infra/providers/aws/cluster/nodePools";
import { networksOf } from "../plan/aws/networkSample";

const key = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";

const settings = {
  environment: "staging",
  eksName: "meridian-staging-hub",
  roleName: "meridian-staging-hub-node",
  securityGroupId: "sg-1",
  keyArn: key,
};

describe("The NodeClass", () => {
  it("keeps nodes private, pods in their own subnets, disks encrypted", () => {
    const { spec } = nodeClass(settings) as unknown as { spec: Record<string, unknown> };
    const tagsOf = (field: string) => (spec[field] as { tags: Record<string, string> }[])[0]?.tags;
    const { subnets } = networksOf([{ name: "eu-west-1" }]).networks[0] ?? { subnets: [] };
    for (const [field, tier] of [
      ["subnetSelectorTerms", "private"],
      ["podSubnetSelectorTerms", "pods"],
    ] as const) {
      const wanted = Object.entries(tagsOf(field) ?? {});
      // The environment of the plan's sample is another one.
      const found = subnets.filter(({ tags }) =>
        wanted.every(([key, value]) => tags[key] === value.replace("staging", "test")),
      );
      assert.deepEqual(new Set(found.map((subnet) => subnet.tier)), new Set([tier]));
    }
    const { kmsKeyID } = spec["ephemeralStorage"] as Record<string, unknown>;
    assert.equal(kmsKeyID, key);
    assert.deepEqual(spec["advancedNetworking"], { associatePublicIPAddress: false });
    assert.equal(spec["role"], settings.roleName);
  });

  it("bears no tag that Auto Mode keeps for itself", () => {
    for (const tag of Object.keys(ownedTags("staging", "hub")))
      assert.doesNotMatch(tag, /^(aws:|eks:|kubernetes\.io\/cluster|karpenter\.sh|eks\.amazonaws)/);
  });
});

describe("A NodePool", () => {
  const plan: NodePoolPlan = {
    name: "spot",
    weight: 50,
    labels: { "meridian.dev/region": "eu-west-1" },
    taints: [spotTaint],
    requirements: [{ key: "kubernetes.io/arch", operator: "In", values: ["amd64"] }],
    limits: { cpu: "8000m", memory: "1Gi" },
    expireAfter: "336h",
    terminationGracePeriod: "24h",
    disruption: {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      consolidateAfter: "1m",
      budgets: [{ nodes: "20%" }],
    },
  };

  const pick = (...keys: (keyof NodePoolPlan)[]) =>
    Object.fromEntries(keys.map((key) => [key, plan[key]]));

  it("is the plan in Karpenter's form", () => {
    const { metadata, spec } = nodePool(plan);
    assert.equal(metadata.name, plan.name);
    const { weight, limits, disruption, template } = spec ?? assert.fail("no spec");
    assert.deepEqual({ weight, limits, disruption }, pick("weight", "limits", "disruption"));
    assert.deepEqual(template.metadata.labels, plan.labels);
    const { requirements, taints, expireAfter, terminationGracePeriod, nodeClassRef } =
      template.spec;
    assert.deepEqual(
      { requirements, taints, expireAfter, terminationGracePeriod },
      pick("requirements", "taints", "expireAfter", "terminationGracePeriod"),
    );
    assert.equal(nodeClassRef.name, nodeClass(settings).metadata.name);
  });

  it("has no empty list of taints", () => {
    const { spec } = nodePool({ ...plan, taints: [] });
    assert.ok(spec && !("taints" in spec.template.spec));
  });
});
