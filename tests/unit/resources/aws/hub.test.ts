import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { awsEnvironmentOf, planAws } from "../../../../infra/providers/aws/plan";
import { AwsHub } from "../../../../infra/providers/aws/hub/resources/hub";
import { ofRegion } from "../../../../infra/providers/aws/resources/ofRegion";
import type { FailbackServiceConfig } from "../../../../services/failback/config";
import { byRegion, fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { only, register, type Registered } from "../../../support/engine";
import { standing, standingId } from "../../../support/foundation";

const regions = ["eu-west-1", "us-east-1"];
const cluster = "hub-eu-west-1";
const digest = `sha256:${"0a".repeat(32)}`;

describe("AwsHub", function () {
  this.timeout(30_000);
  let all: Registered[];

  before(async () => {
    const plan = awsPlanOf(regions, {}, { failback: { mode: "automatic" } });
    all = await register(() => {
      const providers = fakeProviders(regions);
      new AwsHub(
        "hub",
        {
          environment: awsEnvironmentOf(plan),
          plan,
          aws: planAws(plan, "2026-06-01", undefined, { failback: digest }),
          network: { ...fakeNetwork("eu-west-1"), ready: [standing("routes")] },
          shared: byRegion(regions, fakeShared),
          natAddresses: { "us-east-1": [pulumi.output("198.51.100.7")] },
          providers,
          door: undefined,
        },
        { providers: [ofRegion(providers, "eu-west-1")] },
      );
    });
  });

  it("keeps its backup in the other region, encrypted by the key there", () => {
    const bucket = only(all, "aws:s3/bucket:Bucket hub-backup-us-east-1");
    assert.equal(bucket.provider, "us-east-1");
    assert.equal(bucket.inputs["bucket"], "meridian-test-123456789012-hub-us-east-1");
    const encryption = only(
      all,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration hub-backup-us-east-1",
    );
    assert.match(JSON.stringify(encryption.inputs), /arn:aws:kms:us-east-1:/);
  });

  it("is cleared after all that runs in it has gone, and before the cluster goes", () => {
    const clearance = only(all, `meridian:index:Clearance ${cluster}`);
    assert.equal(clearance.deletedWith, undefined);
    assert.ok(clearance.dependsOn.includes(`aws:eks/cluster:Cluster ${cluster}`));
    assert.ok(clearance.dependsOn.includes(standingId("routes")));
    for (const release of ["federation-eu-west-1-karmada", "hub-argocd", "hub-velero"]) {
      const { dependsOn } = only(all, `kubernetes:helm.sh/v3:Release ${release}`);
      assert.ok(dependsOn.includes(clearance.id), release);
    }
  });

  it("speaks to the federation through its door, once that answers", () => {
    const { dependsOn } = only(all, "meridian:index:Reachable federation-eu-west-1");
    for (const id of [
      "aws:lb/listener:Listener hub-tcp",
      "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding hub-edge",
      "kubernetes:helm.sh/v3:Release federation-eu-west-1-karmada",
    ])
      assert.ok(dependsOn.includes(id), id);
  });

  it("runs the failback service beside Karmada, with an account of its own there", () => {
    const name = "hub-eu-west-1-failback";
    const deployment = only(all, `kubernetes:apps/v1:Deployment ${name}`);
    assert.equal(deployment.provider, cluster);
    for (const id of [
      `kubernetes:core/v1:Secret ${name}`,
      `kubernetes:networking.k8s.io/v1:NetworkPolicy ${name}`,
      "meridian:index:Reachable federation-eu-west-1",
    ])
      assert.ok(deployment.dependsOn.includes(id), id);
    const role = only(all, `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${name}`);
    assert.equal(role.provider, "federation-eu-west-1");
    const { data, stringData } = only(all, `kubernetes:core/v1:Secret ${name}`).inputs;
    assert.equal(data, undefined);
    const { "config.json": text = "" } = stringData as Record<string, string>;
    const { api, steadySeconds } = JSON.parse(text) as FailbackServiceConfig;
    assert.match(api.server, /^https:\/\/karmada-apiserver\.karmada-system\./);
    assert.equal(steadySeconds, 300);
    const { spec } = deployment.inputs as {
      spec: { template: { spec: { containers: [{ image: string }] } } };
    };
    assert.match(spec.template.spec.containers[0].image, /\.eu-west-1\..*failback@sha256:/);
  });
});
