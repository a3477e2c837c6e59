import * as assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { holdsData, lossesOf, lossText } from "../../../cli/aws/changes";

const step = (op: string, type: string, name: string, isProtected = false): EngineEvent => {
  const urn = `urn:pulumi:staging::meridian::${type}::${name}`;
  const old = isProtected ? { protect: true } : {};
  return { resourcePreEvent: { metadata: { op, urn, type, old, provider: "" } } } as never;
};

describe("What a run would take away", () => {
  it("is what is deleted or replaced, each once, and nothing else", () => {
    const events = [
      step("same", "aws:ec2/vpc:Vpc", "vpc"),
      step("update", "aws:ec2/subnet:Subnet", "subnet"),
      step("create", "aws:rds/cluster:Cluster", "new"),
      step("create-replacement", "aws:rds/cluster:Cluster", "orders", true),
      step("replace", "aws:rds/cluster:Cluster", "orders", true),
      step("delete-replaced", "aws:rds/cluster:Cluster", "orders", true),
      step("delete", "aws:ec2/eip:Eip", "nat"),
      { summaryEvent: {} } as EngineEvent,
    ];
    assert.deepEqual(lossesOf(events), [
      {
        name: "orders",
        type: "aws:rds/cluster:Cluster",
        how: "replaced",
        holdsData: true,
        isProtected: true,
      },
      {
        name: "nat",
        type: "aws:ec2/eip:Eip",
        how: "deleted",
        holdsData: false,
        isProtected: false,
      },
    ]);
  });

  it("is told with data first", () => {
    const losses = lossesOf([
      step("delete", "aws:ec2/eip:Eip", "nat"),
      step("delete", "aws:s3/bucket:Bucket", "logs", true),
    ]);
    assert.equal(
      lossText(losses),
      "To be deleted or replaced: 2\n" +
        "  ! logs (aws:s3/bucket:Bucket) is deleted, and with it what is in it; it is protected, so that this fails\n" +
        "  - nat (aws:ec2/eip:Eip) is deleted",
    );
    assert.equal(lossText([]), "");
  });

  it("is counted by kind where it is much, but for what holds data", () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      step("delete", "aws:ec2/route:Route", `route-${index}`),
    );
    const losses = lossesOf([...rules, step("delete", "aws:s3/bucket:Bucket", "logs")]);
    assert.equal(
      lossText(losses),
      "To be deleted or replaced: 41\n" +
        "  ! logs (aws:s3/bucket:Bucket) is deleted, and with it what is in it\n" +
        "  network (VPC)    40",
    );
  });

  it("knows what holds data", () => {
    for (const type of [
      ...["aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"],
      ...["aws:rds/globalCluster:GlobalCluster", "aws:s3/bucket:Bucket", "aws:kms/key:Key"],
      ...["aws:route53/zone:Zone", "aws:elasticache/replicationGroup:ReplicationGroup"],
      ...["aws:ecr/repository:Repository", "aws:secretsmanager/secret:Secret"],
    ])
      assert.ok(holdsData(type), type);
    for (const type of [
      ...["aws:ec2/vpc:Vpc", "aws:rds/subnetGroup:SubnetGroup", "aws:kms/alias:Alias"],
      ...["aws:rds/clusterParameterGroup:ClusterParameterGroup", "kubernetes:core/v1:Secret"],
      ...["aws:s3/bucketPolicy:BucketPolicy", "aws:route53/record:Record"],
    ])
      assert.ok(!holdsData(type), type);
  });
});
