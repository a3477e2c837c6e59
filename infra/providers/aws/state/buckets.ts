import { type AwsAccount, bucketArn } from "../account/account";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "../access/policy";

/** Settings of every bucket of the platform: private, encrypted, reachable by TLS only, owned by the account. */
export interface BucketPlan {
  readonly name: string;
  readonly arn: string;
  /** Whether overwritten or deleted objects remain as noncurrent versions. */
  readonly versioned: boolean;
  /** True: protected, and retained when the environment is destroyed. False: emptied and deleted with it. */
  readonly keepsData: boolean;
  readonly policy: PolicyDocument;
  readonly lifecycle: BucketLifecycle;
}

/** Lifecycle of an object, in days since it was written. */
export interface BucketLifecycle {
  /** Transition to cheaper storage; absent if there is none. */
  readonly cheaper?: {
    readonly afterDays: number;
    readonly storageClass: "STANDARD_IA" | "GLACIER_IR";
  };
  /** Days until deletion; absent for never. */
  readonly expiresAfterDays?: number;
  /** Days until a noncurrent version is deleted; absent if the bucket is not versioned. */
  readonly earlierVersionsDays?: number;
}

export interface BucketInput {
  /** Purpose: the last part of the name, e.g. "trail". */
  readonly purpose: string;
  readonly versioned: boolean;
  readonly keepsData: boolean;
  readonly lifecycle: BucketLifecycle;
  /** Statements, by the bucket's ARN, that admit principals other than the account's own identities. Default: none. */
  readonly statements?: (arn: string) => readonly PolicyStatement[];
}

/** Maximum length of an S3 bucket name. */
const longestName = 63;

/** "meridian-staging-123456789012-trail". Bucket names are globally unique: the account id avoids conflicts. */
export function bucketName({ environment, accountId }: AwsAccount, purpose: string): string {
  const name = `meridian-${environment}-${accountId}-${purpose}`;
  if (name.length <= longestName) return name;
  throw new RangeError(`the bucket name ${name} has more than ${longestName} characters`);
}

/** Plans a bucket. @throws RangeError when the name is too long. */
export function planBucket(account: AwsAccount, input: BucketInput): BucketPlan {
  const { purpose, versioned, keepsData, lifecycle, statements = () => [] } = input;
  const name = bucketName(account, purpose);
  const arn = bucketArn(account, name);
  const policy = policyDocument([tlsOnly(arn), ...statements(arn)]);
  return { name, arn, versioned, keepsData, policy, lifecycle };
}

/** Denies every request without TLS, whatever other permissions the principal has. */
export function tlsOnly(arn: string): PolicyStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: ["s3:*"],
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
