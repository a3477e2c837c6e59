import * as assert from "node:assert/strict";
import { planAccessLogs } from "../../../../infra/providers/aws/state/accessLogs";
import { bucketName } from "../../../../infra/providers/aws/state/buckets";
import { planBudget } from "../../../../infra/providers/aws/account/budget";
import { planTrail } from "../../../../infra/providers/aws/account/trail";
import { allows } from "../../../support/aws/iam";
import { accountId, staging } from "./globalSample";

const tls = { "aws:SecureTransport": "true" };

describe("The audit trail", () => {
  const plan = planTrail(staging, "eu-west-1", true);
  const put = (resource: string, source = plan.arn) =>
    allows(plan.bucket.policy, {
      action: "s3:PutObject",
      resource,
      context: {
        ...tls,
        "aws:SourceArn": source,
        "s3:x-amz-acl": "bucket-owner-full-control",
      },
    });

  it("is kept for a year, from the third month on in cheaper storage", () => {
    const { name, versioned, keepsData, lifecycle } = plan.bucket;
    assert.equal(name, "meridian-staging-123456789012-trail");
    assert.deepEqual([versioned, keepsData], [true, true]);
    assert.deepEqual(lifecycle, {
      cheaper: { afterDays: 90, storageClass: "GLACIER_IR" },
      expiresAfterDays: 365,
      earlierVersionsDays: 30,
    });
  });

  it("writes where CloudTrail writes for this account, and only this trail does", () => {
    const { arn } = plan.bucket;
    assert.equal(
      plan.arn,
      `arn:aws:cloudtrail:eu-west-1:${accountId}:trail/meridian-staging-trail`,
    );
    assert.ok(put(`${arn}/AWSLogs/${accountId}/CloudTrail/eu-west-1/file`));
    assert.ok(!put(`${arn}/AWSLogs/999999999999/CloudTrail/eu-west-1/file`));
    assert.ok(!put(`${arn}/AWSLogs/${accountId}/file`, `${plan.arn}-other`));
    const look = (source: string) =>
      allows(plan.bucket.policy, {
        action: "s3:GetBucketAcl",
        resource: arn,
        context: { ...tls, "aws:SourceArn": source },
      });
    assert.ok(look(plan.arn));
    assert.ok(!look("arn:aws:cloudtrail:eu-west-1:999999999999:trail/x"));
  });

  it("refuses even its own writer without TLS", () => {
    const context = {
      "aws:SecureTransport": "false",
      "aws:SourceArn": plan.arn,
      "s3:x-amz-acl": "bucket-owner-full-control",
    };
    const resource = `${plan.bucket.arn}/AWSLogs/${accountId}/file`;
    assert.ok(!allows(plan.bucket.policy, { action: "s3:PutObject", resource, context }));
  });
});

describe("Access logs", () => {
  const plan = planAccessLogs(staging, "us-east-1");
  const put = (key: string, context: Record<string, string>) =>
    allows(plan.policy, {
      action: "s3:PutObject",
      resource: `${plan.arn}/${key}`,
      context: { ...tls, ...context },
    });
  const own = `AWSLogs/${accountId}/elasticloadbalancing/us-east-1/file`;

  it("are kept for 90 days, one bucket for each region, and go with it", () => {
    assert.equal(plan.name, "meridian-staging-123456789012-logs-us-east-1");
    assert.deepEqual(plan.lifecycle, { expiresAfterDays: 90 });
    assert.deepEqual([plan.versioned, plan.keepsData], [false, false]);
  });

  it("are written by application load balancers of the region and the account", () => {
    const from = (region: string, account: string) => ({
      "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/edge/1`,
    });
    assert.ok(put(own, from("us-east-1", accountId)));
    assert.ok(put(`edge/${own}`, from("us-east-1", accountId)));
    assert.ok(!put(own, from("eu-west-1", accountId)));
    assert.ok(!put(own, from("us-east-1", "999999999999")));
    assert.ok(!put("elsewhere", from("us-east-1", accountId)));
    const service = plan.policy.Statement.find(({ Sid }) => Sid === "ApplicationLoadBalancers");
    const principal = { Service: "logdelivery.elasticloadbalancing.amazonaws.com" };
    assert.deepEqual(service?.Principal, principal);
  });

  it("are written by network load balancers through the delivery of logs", () => {
    const context = {
      "aws:SourceAccount": accountId,
      "s3:x-amz-acl": "bucket-owner-full-control",
      "aws:SourceArn": `arn:aws:logs:us-east-1:${accountId}:*`,
    };
    assert.ok(put(own, context));
    assert.ok(!put(own, { ...context, "aws:SourceAccount": "999999999999" }));
    const look = { ...tls, ...context };
    for (const action of ["s3:GetBucketAcl", "s3:ListBucket"])
      assert.ok(allows(plan.policy, { action, resource: plan.arn, context: look }), action);
  });

  it("are written by the environment's own buckets, under a prefix of theirs", () => {
    const from = (bucket: string) => ({
      "aws:SourceAccount": accountId,
      "aws:SourceArn": `arn:aws:s3:::${bucket}`,
    });
    assert.ok(put("s3/file", from("meridian-staging-123456789012-trail")));
    assert.ok(!put("s3/file", from("another")));
    assert.ok(!put("file", from("meridian-staging-123456789012-trail")));
  });
});

describe("A bucket's name", () => {
  it("is refused when it is longer than S3 takes", () => {
    const account = { ...staging, environment: "an-environment-with-a-long-name" };
    assert.equal(bucketName(account, "trail").length, 9 + 31 + 1 + 12 + 6);
    assert.throws(() => bucketName(account, "logs-us-east-1"), /has more than 63 characters/);
  });
});

describe("The budget", () => {
  it("tells everybody at 80 %, at all of it, and when all of it is forecast", () => {
    const emails = ["platform@example.com", "finance@example.com"];
    const plan = planBudget(staging, { monthlyUsd: 1500, emails });
    assert.equal(plan.name, "meridian-staging-monthly");
    assert.equal(plan.accountId, accountId);
    assert.equal(plan.monthlyUsd, 1500);
    const same = {
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: emails,
    };
    assert.deepEqual(plan.notifications, [
      { ...same, notificationType: "ACTUAL", threshold: 80 },
      { ...same, notificationType: "ACTUAL", threshold: 100 },
      { ...same, notificationType: "FORECASTED", threshold: 100 },
    ]);
  });
});
