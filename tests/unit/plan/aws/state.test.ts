import * as assert from "node:assert/strict";
import {
  bucketActions,
  bucketSettings,
  type FoundKey,
  keyActions,
  keyRefusal,
  stateBucketName,
  stateBucketPolicy,
  stateKeyAlias,
  stateUrls,
} from "../../../../infra/providers/aws/state/state";

const keyArn = "arn:aws:kms:eu-west-1:111111111111:key/k";
const key: FoundKey = { arn: keyArn, state: "Enabled", rotates: true, named: true };

describe("The place of an environment's state", () => {
  it("has a name of its own, within the 63 characters that S3 allows", () => {
    assert.equal(stateBucketName("staging", "111111111111"), "meridian-staging-111111111111-state");
    assert.equal(stateKeyAlias("staging"), "alias/meridian-staging-state");
    assert.deepEqual(stateUrls("staging", "111111111111", "eu-west-1"), {
      backend: "s3://meridian-staging-111111111111-state?region=eu-west-1&awssdk=v2",
      secrets: "awskms://alias/meridian-staging-state?region=eu-west-1&awssdk=v2",
    });
    assert.ok(stateBucketName("a".repeat(35), "111111111111").length <= 63);
  });

  it("refuses plain text and other encryption, and nobody who names none", () => {
    const { Statement } = stateBucketPolicy("b", keyArn);
    assert.deepEqual(
      Statement.map(({ Sid, Effect, Action, Resource, Condition }) => [
        ...[Sid, Effect, Action, Resource, Condition],
      ]),
      [
        [
          ...["NoPlainText", "Deny", "s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]],
          { Bool: { "aws:SecureTransport": "false" } },
        ],
        [
          ...["NoOldTls", "Deny", "s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]],
          { NumericLessThan: { "s3:TlsVersion": "1.2" } },
        ],
        [
          ...["NoOtherEncryption", "Deny", "s3:PutObject", ["arn:aws:s3:::b/*"]],
          {
            Null: { "s3:x-amz-server-side-encryption": "false" },
            StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
          },
        ],
        [
          ...["NoOtherKey", "Deny", "s3:PutObject", ["arn:aws:s3:::b/*"]],
          {
            Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
            StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
          },
        ],
      ],
    );
    const [first] = stateBucketPolicy("b", keyArn.replace("aws", "aws-cn")).Statement;
    assert.deepEqual(first?.Resource[0], "arn:aws-cn:s3:::b");
  });

  it("needs of a key what it lacks, in an order in which each step finds the one before", () => {
    assert.deepEqual(keyActions(undefined), ["create", "rotate", "name"]);
    assert.deepEqual(keyActions(key), []);
    assert.deepEqual(keyActions({ ...key, rotates: false }), ["rotate"]);
    assert.deepEqual(keyActions({ ...key, named: false }), ["name"]);
  });

  it("needs of a bucket what it lacks, private first", () => {
    assert.deepEqual(bucketActions(undefined), bucketSettings);
    assert.equal(bucketSettings[0], "private");
    const all = Object.fromEntries(bucketSettings.map((setting) => [setting, true])) as never;
    assert.deepEqual(bucketActions(all), []);
    assert.deepEqual(bucketActions({ ...(all as object), policed: false } as never), ["policed"]);
  });

  it("does not undo what somebody did to a key", () => {
    assert.equal(keyRefusal(key, "eu-west-1"), undefined);
    assert.match(keyRefusal({ ...key, state: "Disabled" }, "eu-west-1") ?? "", /enable-key/);
    const doomed = keyRefusal({ ...key, state: "PendingDeletion" }, "eu-west-1");
    assert.match(doomed ?? "", /every secret in the state.*cancel-key-deletion/);
  });
});
