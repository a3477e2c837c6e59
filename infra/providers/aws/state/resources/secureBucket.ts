import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { BucketLifecycle, BucketPlan } from "../buckets";
import { printPolicy } from "../../access/policy";

export interface SecureBucketArgs {
  /** Name, policy, lifecycle: see `planBucket`. */
  readonly plan: BucketPlan;
  readonly encryption: BucketEncryption;
  /** Destination of this bucket's access log; absent for none, as for the bucket that stores such logs. */
  readonly accessLog?: {
    /** A bucket of the same region. */
    readonly bucket: pulumi.Input<string>;
    readonly prefix: string;
  };
}

/** s3: S3's own keys. kms: the key with this ARN, with one data key for the bucket, which reduces calls. */
export type BucketEncryption =
  { readonly kind: "s3" } | { readonly kind: "kms"; readonly keyArn: pulumi.Input<string> };

/**
 * A bucket that is private, encrypted, reachable by TLS only and owned by the account, in the region of its provider. Every bucket
 * of the platform is one of these. Its settings are retained with it: a bucket that outlives the environment keeps its policy.
 */
export class SecureBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** The bucket with its settings: resources that write to it depend on these. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecureBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:SecureBucket", name, {}, opts);
    const { plan, encryption, accessLog } = args;
    const { keepsData } = plan;
    const bucket = new s3.Bucket(
      name,
      { bucket: plan.name, forceDestroy: !keepsData },
      { parent: this, protect: keepsData, retainOnDelete: keepsData },
    );
    const part = { parent: this, deletedWith: bucket, retainOnDelete: keepsData };
    const target = { bucket: bucket.bucket };
    const access = new s3.BucketPublicAccessBlock(name, { ...target, ...nothingPublic }, part);
    const parts: pulumi.Resource[] = [
      access,
      new s3.BucketOwnershipControls(
        name,
        { ...target, rule: { objectOwnership: "BucketOwnerEnforced" } },
        part,
      ),
      new s3.BucketServerSideEncryptionConfiguration(
        name,
        { ...target, rules: [encryptionRule(encryption)] },
        part,
      ),
      // S3 rejects concurrent changes of access.
      new s3.BucketPolicy(
        name,
        { ...target, policy: printPolicy(plan.policy) },
        { ...part, dependsOn: [access] },
      ),
      new s3.BucketLifecycleConfiguration(
        name,
        { ...target, rules: [lifecycleRule(plan.lifecycle)] },
        part,
      ),
    ];
    if (plan.versioned)
      parts.push(
        new s3.BucketVersioning(
          name,
          { ...target, versioningConfiguration: { status: "Enabled" } },
          part,
        ),
      );
    if (accessLog !== undefined)
      new s3.BucketLogging(
        name,
        { ...target, targetBucket: accessLog.bucket, targetPrefix: accessLog.prefix },
        part,
      );
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.ready = [bucket, ...parts];
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

const nothingPublic = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
} as const;

function encryptionRule(encryption: BucketEncryption) {
  switch (encryption.kind) {
    case "s3":
      return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
    case "kms":
      return {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: encryption.keyArn,
        },
        bucketKeyEnabled: true,
      };
  }
}

/** Converts the lifecycle to S3's format. Parts of incomplete uploads are deleted after a week: they are invisible but billed. */
function lifecycleRule({ cheaper, expiresAfterDays, earlierVersionsDays }: BucketLifecycle) {
  return {
    id: "age",
    status: "Enabled",
    filter: {},
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    ...(cheaper !== undefined && {
      transitions: [{ days: cheaper.afterDays, storageClass: cheaper.storageClass }],
    }),
    ...(expiresAfterDays !== undefined && { expiration: { days: expiresAfterDays } }),
    ...(earlierVersionsDays !== undefined && {
      noncurrentVersionExpiration: { noncurrentDays: earlierVersionsDays },
    }),
  };
}
