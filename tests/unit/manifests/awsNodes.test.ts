import * as assert from "node:assert/strict";
import {
  networkPolicySettings,
  nodeClass,
  ownedTags,
} from "../../../infra/manifests/aws/nodeClass";
import { nodePool } from "../../../infra/manifests/aws/nodePool";
import { spotTaint, type NodePoolPlan } from "../../../infra/plan/aws/nodePools";

const key = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";

describe("The NodeClass", () => {
  it("is this", () => {
    const subnets = (tier: string) => [
      { tags: { "meridian.dev/environment": "staging", "meridian.dev/tier": tier } },
    ];
    const manifest = nodeClass({
      environment: "staging",
      eksName: "meridian-staging-hub",
      roleName: "meridian-staging-hub-node",
      securityGroupId: "sg-1",
      keyArn: key,
    });
    assert.deepEqual(manifest, {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "NodeClass",
      metadata: { name: "meridian" },
      spec: {
        role: "meridian-staging-hub-node",
        subnetSelectorTerms: subnets("private"),
        securityGroupSelectorTerms: [{ id: "sg-1" }],
        podSubnetSelectorTerms: subnets("pods"),
        podSecurityGroupSelectorTerms: [{ id: "sg-1" }],
        snatPolicy: "Disabled",
        networkPolicy: "DefaultAllow",
        networkPolicyEventLogs: "Enabled",
        ephemeralStorage: { size: "80Gi", iops: 3000, throughput: 125, kmsKeyID: key },
        advancedNetworking: { associatePublicIPAddress: false },
        tags: {
          "meridian.dev/environment": "staging",
          "meridian.dev/cluster": "meridian-staging-hub",
        },
      },
    });
  });

  it("bears no tag that Auto Mode keeps for itself", () => {
    for (const tag of Object.keys(ownedTags("staging", "hub")))
      assert.doesNotMatch(tag, /^(aws:|eks:|kubernetes\.io\/cluster|karpenter\.sh|eks\.amazonaws)/);
  });
});

describe("Network policy", () => {
  it("is switched on where Auto Mode looks for it", () => {
    assert.deepEqual(networkPolicySettings, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
      data: { "enable-network-policy-controller": "true" },
    });
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

  it("is the plan in Karpenter's form", () => {
    assert.deepEqual(nodePool(plan), {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: "spot" },
      spec: {
        weight: 50,
        template: {
          metadata: { labels: { "meridian.dev/region": "eu-west-1" } },
          spec: {
            nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: "meridian" },
            requirements: plan.requirements,
            taints: [{ key: "meridian.dev/capacity-type", value: "spot", effect: "NoSchedule" }],
            expireAfter: "336h",
            terminationGracePeriod: "24h",
          },
        },
        limits: { cpu: "8000m", memory: "1Gi" },
        disruption: plan.disruption,
      },
    });
  });

  it("has no empty list of taints", () => {
    const { spec } = nodePool({ ...plan, taints: [] });
    assert.ok(spec && !("taints" in spec.template.spec));
  });
});
