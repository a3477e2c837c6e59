import * as assert from "node:assert/strict";
import { planBackup, snapshotPolicy, veleroPolicy } from "../../../../infra/plan/aws/backup";
import { planOf, small } from "../../../support/plan";

const two = planOf([small("eu-west-1"), small("us-east-1", { role: "hub" })]);
const plan = planBackup(two);
const key = "arn:aws:kms:eu-west-1:123456789012:key/1";

describe("The hub's backup", () => {
  it("goes to the first region that is not the hub's", () => {
    assert.equal(two.hub.region, "us-east-1");
    assert.deepEqual([plan.region, plan.warnings], ["eu-west-1", []]);
  });

  it("stays at home when there is no other region, and says so", () => {
    const alone = planBackup(planOf([small("eu-west-1")]));
    assert.equal(alone.region, "eu-west-1");
    assert.deepEqual(alone.warnings, [
      "The hub's state is backed up to its own region (eu-west-1), as there is no other: losing the " +
        "region loses both. Add a region.",
    ]);
  });

  it("promises no less loss than one interval and the time of a backup", () => {
    const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(plan.schedule) ?? [];
    assert.equal(minutes, "15");
    assert.ok(plan.lossMinutes > Number(minutes));
  });

  it("keeps the snapshots out of Velero's folder", () => {
    assert.ok(!plan.snapshotKey.startsWith(plan.objectsPrefix));
  });

  it("lets Velero into its folder, and the snapshots' job write one object", () => {
    assert.deepEqual(
      veleroPolicy(plan, "bucket", key).Statement.map(({ Sid, Action, Resource }) => [
        Sid,
        Action,
        Resource,
      ]),
      [
        ["List", ["s3:ListBucket"], ["arn:aws:s3:::bucket"]],
        [
          "Objects",
          [
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
          ],
          ["arn:aws:s3:::bucket/velero/*"],
        ],
        ["Key", ["kms:Decrypt", "kms:GenerateDataKey"], [key]],
      ],
    );
    assert.deepEqual(
      snapshotPolicy(plan, "bucket", key).Statement.map(({ Action, Resource }) => [
        Action,
        Resource,
      ]),
      [
        [["s3:PutObject", "s3:AbortMultipartUpload"], ["arn:aws:s3:::bucket/etcd/karmada.db"]],
        [["kms:Decrypt", "kms:GenerateDataKey"], [key]],
      ],
    );
  });
});
