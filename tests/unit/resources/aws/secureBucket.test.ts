import * as assert from "node:assert/strict";
import { planBucket, type BucketInput } from "../../../../infra/providers/aws/state/buckets";
import {
  SecureBucket,
  type SecureBucketArgs,
} from "../../../../infra/providers/aws/state/resources/secureBucket";
import { regionProviders } from "../../../support/aws/regionProviders";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";
import { staging } from "../../plan/aws/globalSample";

const input: BucketInput = {
  purpose: "backups",
  versioned: true,
  keepsData: true,
  lifecycle: { expiresAfterDays: 10, earlierVersionsDays: 5 },
};

const make = async (fields: Partial<BucketInput> = {}, args: Partial<SecureBucketArgs> = {}) =>
  ownOf(
    await register(() => {
      const plan = planBucket(staging, { ...input, ...fields });
      const { "eu-west-1": provider } = regionProviders(["eu-west-1"]);
      assert.ok(provider);
      new SecureBucket("backups", { plan, encryption: { kind: "s3" }, ...args }, { provider });
    }),
  );

const name = "meridian-staging-123456789012-backups";
const bucket = "aws:s3/bucket:Bucket backups";
const accessBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock backups";
const encryption =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration backups";
const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration backups";
const ownership = "aws:s3/bucketOwnershipControls:BucketOwnershipControls backups";
const policy = "aws:s3/bucketPolicy:BucketPolicy backups";
const versioning = "aws:s3/bucketVersioning:BucketVersioning backups";

describe("SecureBucket", () => {
  it("is private, owned by the account, and changes its access one step at a time", async () => {
    const all = await make();
    assert.deepEqual(only(all, accessBlock).inputs, {
      bucket: name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(only(all, ownership).inputs["rule"], {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.ok(only(all, policy).dependsOn.includes(accessBlock));
  });

  it("prints the plan's policy", async () => {
    const found = only(await make(), policy).inputs["policy"];
    assert.deepEqual(JSON.parse(String(found)), planBucket(staging, input).policy);
  });

  it("is encrypted with S3's keys, or with the key that is given", async () => {
    const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    const rulesOf = async (args: Partial<SecureBucketArgs>) =>
      only(await make({}, args), encryption).inputs["rules"];
    assert.deepEqual(await rulesOf({}), [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    assert.deepEqual(await rulesOf({ encryption: { kind: "kms", keyArn } }), [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("keeps earlier versions only where it is told", async () => {
    const status = only(await make(), versioning).inputs["versioningConfiguration"];
    assert.deepEqual(status, { status: "Enabled" });
    const ids = (await make({ versioned: false })).map(({ id }) => id);
    assert.ok(!ids.includes(versioning));
  });

  it("moves and deletes by age, and what was left unfinished in any case", async () => {
    const rulesOf = async (plan: BucketInput["lifecycle"]) =>
      only(await make({ lifecycle: plan }), lifecycle).inputs["rules"];
    const always = {
      id: "age",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    assert.deepEqual(await rulesOf({}), [always]);
    assert.deepEqual(
      await rulesOf({
        cheaper: { afterDays: 30, storageClass: "STANDARD_IA" },
        expiresAfterDays: 90,
        earlierVersionsDays: 7,
      }),
      [
        {
          ...always,
          transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
          expiration: { days: 90 },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
        },
      ],
    );
  });

  it("is protected and stays with all that keeps it safe, where it keeps data", async () => {
    for (const keepsData of [true, false]) {
      const all = await make({ keepsData });
      const { protect, retainOnDelete, inputs } = only(all, bucket);
      assert.deepEqual([protect, retainOnDelete], [keepsData, keepsData]);
      assert.equal(inputs["forceDestroy"], !keepsData);
      for (const part of all.filter(({ custom, id }) => custom && id !== bucket)) {
        assert.equal(part.retainOnDelete, keepsData, part.id);
        assert.equal(part.deletedWith, bucket, part.id);
      }
    }
  });

  it("writes down who asked what, where that is given", async () => {
    const logging = "aws:s3/bucketLogging:BucketLogging backups";
    const all = await make({}, { accessLog: { bucket: "logs", prefix: "s3/" } });
    assert.deepEqual(only(all, logging).inputs, {
      bucket: name,
      targetBucket: "logs",
      targetPrefix: "s3/",
    });
    assert.ok(!(await make()).some(({ id }) => id === logging));
  });
});
