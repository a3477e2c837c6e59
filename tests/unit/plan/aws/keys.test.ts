import * as assert from "node:assert/strict";
import { keyAlias, keyPolicy, planKey } from "../../../../infra/providers/aws/account/keys";
import { allows } from "../../../support/aws/iam";
import { accountId, staging } from "./globalSample";

const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

describe("The platform's key", () => {
  const home = keyPolicy(staging, "eu-west-1", true);
  const other = keyPolicy(staging, "us-east-1", false);

  it("has its primary at home, a replica in each other region, and an alias for the environment", () => {
    const plan = planKey(staging, "eu-west-1", ["us-east-1", "eu-west-1", "sa-east-1"]);
    assert.equal(plan.alias, "alias/meridian-staging");
    assert.equal(keyAlias("production"), "alias/meridian-production");
    assert.deepEqual(plan.primary, { region: "eu-west-1", policy: home });
    assert.deepEqual(plan.replicas, [
      { region: "us-east-1", policy: other },
      { region: "sa-east-1", policy: keyPolicy(staging, "sa-east-1", false) },
    ]);
    assert.deepEqual([plan.rotationDays, plan.deletionDays], [365, 30]);
  });

  it("is administered by the account's own policies", () => {
    const [first] = home.Statement;
    assert.deepEqual(first?.Principal, { AWS: `arn:aws:iam::${accountId}:root` });
    assert.deepEqual(first?.Action, ["kms:*"]);
  });

  // The first statement stands for the account's policies of IAM: what follows is for those that have none.
  const beside = (document: typeof home) => ({
    ...document,
    Statement: document.Statement.slice(1),
  });

  it("encrypts log groups of its own region and account", () => {
    const logs = (group: string) =>
      allows(beside(other), {
        action: "kms:GenerateDataKey",
        context: { "kms:EncryptionContext:aws:logs:arn": group },
      });
    assert.ok(logs(`arn:aws:logs:us-east-1:${accountId}:log-group:/aws/eks/hub/cluster`));
    assert.ok(!logs(`arn:aws:logs:eu-west-1:${accountId}:log-group:/aws/eks/hub/cluster`));
    assert.ok(!logs("arn:aws:logs:us-east-1:999999999999:log-group:/aws/eks/hub/cluster"));
    const service = other.Statement.find(({ Sid }) => Sid === "Logs")?.Principal;
    assert.deepEqual(service, { Service: "logs.us-east-1.amazonaws.com" });
  });

  it("encrypts the alarms of its own account", () => {
    const alarm = (account: string) =>
      allows(beside(other), {
        action: "kms:GenerateDataKey",
        context: { "aws:SourceAccount": account },
      });
    assert.ok(alarm(accountId));
    assert.ok(!alarm("999999999999"));
  });

  it("is the platform's roles' through EC2 and Secrets Manager of the region, with grants for AWS only", () => {
    const context = {
      "kms:CallerAccount": accountId,
      "kms:ViaService": "ec2.us-east-1.amazonaws.com",
      "aws:PrincipalArn": roleArn("meridian-staging-us-east-1-cluster"),
    };
    const may = (action: string, more: Record<string, string> = {}) =>
      allows(beside(other), { action, context: { ...context, ...more } });
    assert.ok(may("kms:Decrypt"));
    assert.ok(may("kms:Decrypt", { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" }));
    assert.ok(!may("kms:Decrypt", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }));
    assert.ok(!may("kms:Decrypt", { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" }));
    assert.ok(!may("kms:Decrypt", { "aws:PrincipalArn": roleArn("meridian-production-cluster") }));
    assert.ok(!may("kms:Decrypt", { "kms:CallerAccount": "999999999999" }));
    assert.ok(!may("kms:CreateGrant"));
    assert.ok(may("kms:CreateGrant", { "kms:GrantIsForAWSResource": "true" }));
    assert.ok(!may("kms:ScheduleKeyDeletion"));
  });

  it("encrypts the trail where the trail is, and nobody else's", () => {
    const trail = `arn:aws:cloudtrail:eu-west-1:${accountId}:trail/meridian-staging-trail`;
    const call = (source: string) => ({
      action: "kms:GenerateDataKey",
      context: { "aws:SourceArn": source, "kms:EncryptionContext:aws:cloudtrail:arn": trail },
    });
    assert.ok(allows(beside(home), call(trail)));
    assert.ok(!allows(beside(home), call(`${trail}-2`)));
    assert.ok(!allows(beside(other), call(trail)));
  });

  it("knows the names of China's services", () => {
    const china = keyPolicy({ ...staging, partition: "aws-cn" }, "cn-north-1", false);
    assert.match(JSON.stringify(china), /"logs\.cn-north-1\.amazonaws\.com\.cn"/);
    assert.match(JSON.stringify(china), /"ec2\.cn-north-1\.amazonaws\.com\.cn"/);
  });
});
