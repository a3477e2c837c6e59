import * as assert from "node:assert/strict";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { albClass, albParams } from "../../../../infra/components/gateway/manifests/loadBalancers";
import {
  networkPolicySettings,
  nodeClass,
} from "../../../../infra/providers/aws/cluster/manifests/nodeClass";
import { nodePool } from "../../../../infra/providers/aws/cluster/manifests/nodePool";
import { storageClasses } from "../../../../infra/providers/aws/cluster/manifests/storage";
import { Capacity } from "../../../../infra/providers/aws/cluster/resources/capacity";
import { only, register, type Registered } from "../../../support/engine";
import { fakeCluster, ownOf, standingId } from "../../../support/foundation";
import { clusterPlans, fakeNetwork, fakeShared, keyArn } from "./clusterSample";

const eksName = "meridian-staging-eu-west-1";
const roleArn = `arn:aws:iam::123456789012:role/${eksName}-node`;
const regions = [{ name: "eu-west-1", nodesPerZone: 2, spotPerZone: 1 }, { name: "us-east-1" }];
const association = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation eu-west-1-node";

const ids = {
  nodeClass: "kubernetes:eks.amazonaws.com/v1:NodeClass eu-west-1-node-class",
  onDemand: "kubernetes:karpenter.sh/v1:NodePool eu-west-1-on-demand",
  spot: "kubernetes:karpenter.sh/v1:NodePool eu-west-1-spot",
  policy: "kubernetes:core/v1:ConfigMap eu-west-1-network-policy",
  params: "kubernetes:eks.amazonaws.com/v1:IngressClassParams eu-west-1-alb",
  alb: "kubernetes:networking.k8s.io/v1:IngressClass eu-west-1-alb",
  storage: "kubernetes:storage.k8s.io/v1:StorageClass eu-west-1-auto-ebs",
  retain: "kubernetes:storage.k8s.io/v1:StorageClass eu-west-1-auto-ebs-retain",
};

const plain = (manifest: unknown): unknown => JSON.parse(JSON.stringify(manifest));

describe("Capacity", () => {
  const { cluster: plan, pools } = clusterPlans({ regions });
  let all: Registered[];
  let ready: readonly pulumi.Resource[];

  before(async () => {
    const registered = await register(() => {
      const cluster = {
        ...fakeCluster("eu-west-1"),
        clusterSecurityGroupId: pulumi.output("sg-1"),
      };
      const nodeRole = new iam.Role("nodes", { name: `${eksName}-node`, assumeRolePolicy: "{}" });
      const around = { network: fakeNetwork(), shared: fakeShared() };
      const args = { plan, pools, cluster, nodeRole, ...around };
      ({ ready } = new Capacity("eu-west-1", args));
    });
    all = ownOf(registered).filter(({ type }) => !type.startsWith("aws:iam"));
  });

  it("lets the nodes' role join, as Auto Mode's nodes", () => {
    const entry = only(all, "aws:eks/accessEntry:AccessEntry eu-west-1-node");
    assert.deepEqual(entry.inputs, { clusterName: eksName, principalArn: roleArn, type: "EC2" });
    assert.ok(entry.dependsOn.includes(standingId("eu-west-1")));
    const rights = only(all, association);
    assert.deepEqual(rights.inputs, {
      clusterName: eksName,
      principalArn: roleArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy",
      accessScope: { type: "cluster" },
    });
    assert.ok(rights.dependsOn.includes(entry.id));
  });

  it("puts the manifests into the cluster as they are", () => {
    const of = { environment: "staging", eksName };
    const [storage, retain] = storageClasses({ ...of, keyArn });
    const subnetIds = ["public-a", "public-b", "public-c"];
    const expected: Record<keyof typeof ids, unknown> = {
      nodeClass: nodeClass({
        ...of,
        roleName: `${eksName}-node`,
        securityGroupId: "sg-1",
        keyArn,
      }),
      onDemand: pools[0] && nodePool(pools[0]),
      spot: pools[1] && nodePool(pools[1]),
      policy: networkPolicySettings,
      params: albParams({ ...of, subnetIds, accessLogBucket: "logs" }),
      alb: albClass,
      storage,
      retain,
    };
    for (const [key, id] of Object.entries(ids))
      assert.deepEqual(only(all, id).inputs, plain(expected[key as keyof typeof ids]), id);
  });

  it("asks for no node before it may join, policies hold and there is a way out", () => {
    const { dependsOn } = only(all, ids.nodeClass);
    for (const id of [association, ids.policy, standingId("routes")])
      assert.ok(dependsOn.includes(id), id);
    for (const id of [ids.onDemand, ids.spot])
      assert.deepEqual(only(all, id).dependsOn, [ids.nodeClass]);
  });

  it("waits with add-ons for the pools: EKS waits for their pods", () => {
    const addOn = only(all, "aws:eks/addon:Addon eu-west-1-metrics-server");
    assert.deepEqual(addOn.inputs, {
      clusterName: eksName,
      addonName: "metrics-server",
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    });
    assert.deepEqual(addOn.dependsOn, [ids.nodeClass, ids.onDemand, ids.spot]);
  });

  it("hands over what pods need: nodes, policies, volumes", async () => {
    const urns = await Promise.all(
      ready.map(({ urn }) => new Promise<string>((resolve) => urn.apply((each) => resolve(each)))),
    );
    const names = urns.map((urn) => urn.split("::").at(-1));
    assert.deepEqual(names, [
      "eu-west-1-node",
      "eu-west-1-network-policy",
      "eu-west-1-node-class",
      "eu-west-1-on-demand",
      "eu-west-1-spot",
      "eu-west-1-auto-ebs",
      "eu-west-1-auto-ebs-retain",
    ]);
  });
});
