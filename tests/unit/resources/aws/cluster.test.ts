import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import {
  clusterRolePolicy,
  clusterTrust,
  nodeTrust,
} from "../../../../infra/providers/aws/access/clusterRole";
import { EksRegion } from "../../../../infra/providers/aws/cluster/resources/cluster";
import type { EksRegionOutputs } from "../../../../infra/providers/aws/resources/types";
import { authorityOf, endpointOf } from "../../../support/aws/table/cluster";
import { only, register, type Registered } from "../../../support/engine";
import { standingId } from "../../../support/foundation";
import { clusterPlans, fakeNetwork, fakeShared, keyArn } from "./clusterSample";

const administrator = "arn:aws:iam::123456789012:role/Platform";
const apiAccess = ["203.0.113.0/24", "198.51.100.7/32"];
const eksName = "meridian-staging-eu-west-1";

const lay = async (overlay: Parameters<typeof clusterPlans>[0] = {}, callers?: string[]) => {
  let made: EksRegion | undefined;
  const all = await register(() => {
    const { region, cluster, pools } = clusterPlans(overlay);
    const around = { network: fakeNetwork(), shared: fakeShared(), ...(callers && { callers }) };
    made = new EksRegion("eu-west-1", { plan: region, cluster, pools, ...around });
  });
  assert.ok(made);
  return { all, made };
};

const value = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => output.apply(resolve));

describe("EksRegion", () => {
  let all: Registered[];
  let made: EksRegion;

  before(async () => {
    ({ all, made } = await lay({ aws: { apiAccess, administrators: [administrator] } }));
  });

  it("makes the cluster as planned, with none of EKS's own pools and add-ons", () => {
    const { inputs } = only(all, "aws:eks/cluster:Cluster eu-west-1");
    assert.equal(inputs["name"], eksName);
    assert.deepEqual(inputs["computeConfig"], { enabled: true, nodePools: [] });
    assert.equal(inputs["bootstrapSelfManagedAddons"], false);
    const { serviceIpv4Cidr } = inputs["kubernetesNetworkConfig"] as Record<string, unknown>;
    assert.equal(serviceIpv4Cidr, made.plan.network.services);
    const { authenticationMode } = inputs["accessConfig"] as Record<string, unknown>;
    assert.equal(authenticationMode, "API");
    const { subnetIds, publicAccessCidrs } = inputs["vpcConfig"] as Record<string, unknown>;
    assert.deepEqual(subnetIds, ["private-a", "private-b", "private-c"]);
    assert.deepEqual(publicAccessCidrs, apiAccess);
  });

  it("is not replaced for whoever runs the program next", () => {
    assert.deepEqual(only(all, "aws:eks/cluster:Cluster eu-west-1").ignoreChanges, [
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
    ]);
  });

  it("is connected to once its administrators are let in", () => {
    const admitted = all
      .filter(({ type, name }) => /AccessPolicyAssociation$/.test(type) && !name.endsWith("-node"))
      .map(({ id }) => id);
    const { dependsOn } = only(all, "pulumi:providers:kubernetes eu-west-1");
    assert.ok(admitted.length > 0);
    assert.ok(admitted.every((id) => dependsOn.includes(id)));
  });

  it("has both roles' rights, the log group and the way out as long as the cluster is there", () => {
    const cluster = only(all, "aws:eks/cluster:Cluster eu-west-1");
    const rights = all.filter(({ type }) => type.startsWith("aws:iam/rolePolicy"));
    assert.equal(rights.length, 8);
    const needed = [
      ...rights.map(({ id }) => id),
      "aws:cloudwatch/logGroup:LogGroup eu-west-1-control-plane",
      "aws:iam/role:Role eu-west-1-cluster",
      standingId("routes"),
    ];
    assert.deepEqual(cluster.dependsOn, needed.sort());
  });

  it("makes the log group first, where EKS writes, encrypted and not kept for ever", () => {
    const group = only(all, "aws:cloudwatch/logGroup:LogGroup eu-west-1-control-plane");
    assert.deepEqual(group.inputs, {
      name: `/aws/eks/${eksName}/cluster`,
      retentionInDays: 30,
      kmsKeyId: keyArn,
    });
  });

  it("gives the role the trust and the policy of the plan", () => {
    const { inputs } = only(all, "aws:iam/role:Role eu-west-1-cluster");
    assert.equal(inputs["name"], `${eksName}-cluster`);
    assert.deepEqual(JSON.parse(String(inputs["assumeRolePolicy"])), clusterTrust);
    const policy = only(all, "aws:iam/rolePolicy:RolePolicy eu-west-1-cluster").inputs;
    assert.deepEqual(JSON.parse(String(policy["policy"])), clusterRolePolicy(keyArn));
  });

  it("gives nodes a role with least rights", () => {
    const { inputs } = only(all, "aws:iam/role:Role eu-west-1-node");
    assert.equal(inputs["name"], `${eksName}-node`);
    assert.deepEqual(JSON.parse(String(inputs["assumeRolePolicy"])), nodeTrust);
    const attached = all.filter(
      ({ type, name }) => /Attachment$/.test(type) && name.startsWith("eu-west-1-node-"),
    );
    for (const { inputs: given, name } of attached)
      assert.deepEqual(given, {
        role: `${eksName}-node`,
        policyArn: `arn:aws:iam::aws:policy/${name.replace("eu-west-1-node-", "")}`,
      });
  });

  it("admits administrators, and takes nothing of theirs away one by one when the cluster goes", () => {
    const name = "eu-west-1-123456789012-role/Platform";
    const entry = only(all, `aws:eks/accessEntry:AccessEntry ${name}`);
    assert.deepEqual(entry.inputs, {
      clusterName: eksName,
      principalArn: administrator,
      type: "STANDARD",
    });
    const rights = only(all, `aws:eks/accessPolicyAssociation:AccessPolicyAssociation ${name}`);
    assert.deepEqual(rights.inputs, {
      clusterName: eksName,
      principalArn: administrator,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    });
    assert.deepEqual(rights.dependsOn, [entry.id]);
    assert.deepEqual(entry.dependsOn, ["aws:eks/cluster:Cluster eu-west-1"]);
    for (const { deletedWith } of [entry, rights])
      assert.equal(deletedWith, "aws:eks/cluster:Cluster eu-west-1");
  });

  it("connects with a secret kubeconfig, and never takes silence for absence", () => {
    const provider = only(all, "pulumi:providers:kubernetes eu-west-1");
    const { kubeconfig, ...others } = provider.inputs;
    assert.deepEqual(others, {
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
    assert.deepEqual(provider.secrets, ["kubeconfig"]);
    assert.equal(provider.deletedWith, "aws:eks/cluster:Cluster eu-west-1");
    const { clusters } = yaml.parse(String(kubeconfig)) as {
      clusters: { cluster: Record<string, string> }[];
    };
    assert.deepEqual(clusters[0]?.cluster, {
      server: endpointOf(eksName, "eu-west-1"),
      "certificate-authority-data": Buffer.from(authorityOf(eksName)).toString("base64"),
    });
  });

  it("is the face that other parts build on", async () => {
    const face: EksRegionOutputs = made;
    assert.deepEqual(
      [face.name, face.eksName, face.plan.name],
      ["eu-west-1", eksName, "eu-west-1"],
    );
    assert.equal(await value(face.server), endpointOf(eksName, "eu-west-1"));
    assert.equal(await value(face.ca), authorityOf(eksName));
    assert.equal(await value(face.clusterSecurityGroupId), `sg-${eksName}`);
    assert.equal(await value(made.roleArn), `arn:aws:iam::123456789012:role/${eksName}-cluster`);
    assert.ok(face.ready.length > 0);
  });

  it("lets the platform's own callers in where there is a public endpoint, and makes none for them", async () => {
    const hub = ["192.0.2.1/32", "192.0.2.2/32"];
    const cidrs = async (aws: Record<string, unknown>) => {
      const { inputs } = only((await lay({ aws }, hub)).all, "aws:eks/cluster:Cluster eu-west-1");
      return (inputs["vpcConfig"] as Record<string, unknown>)["publicAccessCidrs"];
    };
    assert.deepEqual(await cidrs({ apiAccess }), [...apiAccess, ...hub]);
    assert.equal(await cidrs({}), undefined);
  });

  it("is protected from deletion in production", async () => {
    const { all: found } = await lay({ name: "production" });
    const { deletionProtection } = only(found, "aws:eks/cluster:Cluster eu-west-1").inputs;
    assert.equal(deletionProtection, true);
  });

  it("is private, encrypted, logged and not for the world, whatever is configured", async function () {
    this.timeout(20_000);
    const network = fc.constantFrom("203.0.113.0/24", "198.51.100.7/32", "101.0.0.0/8");
    const setting = fc.record({
      apiAccess: fc.uniqueArray(network),
      name: fc.constantFrom("staging", "production", "test"),
      architectures: fc.subarray(["amd64", "arm64"], { minLength: 1 }),
      nodesPerZone: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ name, nodesPerZone, ...aws }) => {
        const regions = [{ name: "eu-west-1", nodesPerZone }, { name: "us-east-1" }];
        const found = (await lay({ name, regions, aws })).all;
        const { inputs } = only(found, "aws:eks/cluster:Cluster eu-west-1");
        const config = inputs["vpcConfig"] as Record<string, unknown>;
        assert.equal(config["endpointPrivateAccess"], true);
        const open = (config["publicAccessCidrs"] ?? []) as string[];
        assert.equal(config["endpointPublicAccess"], open.length > 0);
        assert.ok(!open.some((each) => each.endsWith("/0")));
        assert.deepEqual(inputs["encryptionConfig"], {
          provider: { keyArn },
          resources: ["secrets"],
        });
        assert.equal((inputs["enabledClusterLogTypes"] as string[]).length, 5);
        assert.ok(found.filter(({ type }) => /LogGroup$/.test(type)).every(isEncrypted));
        for (const { id, type, provider, deletedWith } of found)
          if (type.startsWith("kubernetes:")) {
            assert.equal(provider, "eu-west-1", id);
            assert.equal(deletedWith, "aws:eks/cluster:Cluster eu-west-1", id);
          }
      }),
      { numRuns: 6 },
    );
  });
});

function isEncrypted({ inputs }: Registered): boolean {
  return inputs["kmsKeyId"] === keyArn;
}
