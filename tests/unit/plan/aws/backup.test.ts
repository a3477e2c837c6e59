import * as assert from "node:assert/strict";
import { planBackup, snapshotPolicy, veleroPolicy } from "../../../../infra/components/backup/plan";
import { allows } from "../../../support/aws/iam";
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
    const velero = veleroPolicy(plan, "bucket", key);
    const job = snapshotPolicy(plan, "bucket", key);
    const may = (policy: typeof job, action: string, object: string) =>
      allows(policy, { action: `s3:${action}`, resource: `arn:aws:s3:::bucket/${object}` });
    for (const action of ["GetObject", "PutObject", "DeleteObject"]) {
      assert.ok(may(velero, action, `${plan.objectsPrefix}/a`), action);
      assert.ok(!may(velero, action, plan.snapshotKey), action);
    }
    assert.ok(may(job, "PutObject", plan.snapshotKey));
    assert.ok(!may(job, "PutObject", `${plan.snapshotKey}2`));
    for (const action of ["GetObject", "DeleteObject"])
      assert.ok(!may(job, action, plan.snapshotKey), action);
    for (const policy of [velero, job]) {
      assert.ok(allows(policy, { action: "kms:GenerateDataKey", resource: key }));
      assert.ok(!allows(policy, { action: "kms:GenerateDataKey", resource: `${key}2` }));
    }
  });
});
