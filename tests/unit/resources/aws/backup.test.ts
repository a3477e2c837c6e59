import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { veleroValues } from "../../../../infra/components/backup/manifests/veleroChart";
import { snapshotJob } from "../../../../infra/components/backup/manifests/etcdBackup";
import { planBackup, snapshotPolicy, veleroPolicy } from "../../../../infra/components/backup/plan";
import { HubBackup } from "../../../../infra/components/backup/resources/hub";
import { only, register } from "../../../support/engine";
import { fakeCluster, standing, standingId } from "../../../support/foundation";
import { planOf, small } from "../../../support/plan";

const plan = planBackup(planOf([small("eu-west-1"), small("us-east-1")]));
const key = "arn:aws:kms:us-east-1:123456789012:key/1";
const velero = "kubernetes:helm.sh/v3:Release hub-velero";
const job = "kubernetes:batch/v1:CronJob hub-etcd";
const account = "kubernetes:core/v1:ServiceAccount hub-etcd";
const identity = (name: string) => [
  `aws:eks/podIdentityAssociation:PodIdentityAssociation hub-${name}`,
  `aws:iam/role:Role hub-${name}`,
  `aws:iam/rolePolicy:RolePolicy hub-${name}`,
  `meridian:aws:PodIdentity hub-${name}`,
];

describe("HubBackup", () => {
  const lay = () =>
    register(() => {
      const provider = new aws.Provider("eu-west-1", { region: "eu-west-1" });
      new HubBackup(
        "hub",
        {
          hub: { ...fakeCluster("hub"), eksName: "meridian-test-hub" },
          plan,
          bucket: pulumi.output("the-bucket"),
          keyArn: pulumi.output(key),
          hubReady: [standing("hub-nodes")],
          karmada: standing("karmada"),
          mirror: undefined,
        },
        { providers: [provider] },
      );
    });

  it("gives each the rights to its own part of the bucket", async () => {
    const all = await lay();
    const policyOf = (name: string): unknown =>
      JSON.parse(only(all, `aws:iam/rolePolicy:RolePolicy hub-${name}`).inputs["policy"] as string);
    assert.deepEqual(policyOf("velero"), veleroPolicy(plan, "the-bucket", key));
    assert.deepEqual(policyOf("etcd"), snapshotPolicy(plan, "the-bucket", key));
    const bound = (name: string) => {
      const id = `aws:eks/podIdentityAssociation:PodIdentityAssociation hub-${name}`;
      const { clusterName, namespace, serviceAccount } = only(all, id).inputs;
      return [clusterName, namespace, serviceAccount];
    };
    assert.deepEqual(bound("velero"), ["meridian-test-hub", "velero", "velero"]);
    const snapshots = ["meridian-test-hub", "karmada-system", "karmada-etcd-snapshot"];
    assert.deepEqual(bound("etcd"), snapshots);
  });

  it("starts Velero once it has its rights: a pod that started before has none", async () => {
    const { inputs, dependsOn } = only(await lay(), velero);
    assert.deepEqual([inputs["name"], inputs["namespace"]], ["velero", "velero"]);
    const values = veleroValues(plan, "the-bucket");
    assert.deepEqual(inputs["values"], JSON.parse(JSON.stringify(values)));
    assert.ok(dependsOn.includes(standingId("hub-nodes")));
    assert.ok(dependsOn.includes(identity("velero")[0] ?? ""));
  });

  it("takes Karmada's snapshots where Karmada is", async () => {
    const all = await lay();
    const { inputs, dependsOn } = only(all, job);
    const expected = snapshotJob(plan, "the-bucket");
    assert.deepEqual(inputs["metadata"], expected.metadata);
    assert.deepEqual(inputs["spec"], expected.spec);
    for (const id of [account, identity("etcd")[0] ?? "", standingId("hub-nodes")])
      assert.ok(dependsOn.includes(id), id);
    const { metadata, automountServiceAccountToken } = only(all, account).inputs;
    assert.deepEqual(metadata, expected.metadata);
    assert.equal(automountServiceAccountToken, false);
    assert.deepEqual(only(all, account).dependsOn, [standingId("karmada")]);
  });
});
