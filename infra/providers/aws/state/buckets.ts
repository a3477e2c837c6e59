import { type AwsAccount, bucketArn } from "../account/account";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "../access/policy";

/** A bucket as every one of the platform is: private, encrypted, reached by TLS only, owned by the account. */
export interface BucketPlan {
  readonly name: string;
  readonly arn: string;
  /** Whether what is overwritten or deleted stays as an earlier version. */
  readonly versioned: boolean;
  /** True: protected, and left where it is when the environment goes. False: emptied and deleted with it. */
  readonly keepsData: boolean;
  readonly policy: PolicyDocument;
  readonly lifecycle: BucketLifecycle;
}

/** What becomes of an object with time, in days since it was written. */
export interface BucketLifecycle {
  /** Moves to cheaper storage. Absent: stays where it is. */
  readonly cheaper?: {
    readonly afterDays: number;
    readonly storageClass: "STANDARD_IA" | "GLACIER_IR";
  };
  /** Is deleted. Absent: never. */
  readonly expiresAfterDays?: number;
  /** An earlier version is deleted that long after it was replaced. Absent: as for what is not versioned. */
  readonly earlierVersionsDays?: number;
}

export interface BucketInput {
  /** What it is for: the last part of the name, e.g. "trail". */
  readonly purpose: string;
  readonly versioned: boolean;
  readonly keepsData: boolean;
  readonly lifecycle: BucketLifecycle;
  /** Who may use it beside the account's own identities, by the bucket's ARN. Default: nobody. */
  readonly statements?: (arn: string) => readonly PolicyStatement[];
}

/** Longest name that S3 takes. */
const longestName = 63;

/** "meridian-staging-123456789012-trail". Names are the whole world's: the account's number makes them ours. */
export function bucketName({ environment, accountId }: AwsAccount, purpose: string): string {
  const name = `meridian-${environment}-${accountId}-${purpose}`;
  if (name.length <= longestName) return name;
  throw new RangeError(`the bucket name ${name} has more than ${longestName} characters`);
}

/** @throws RangeError when the name is too long. */
export function planBucket(account: AwsAccount, input: BucketInput): BucketPlan {
  const { purpose, versioned, keepsData, lifecycle, statements = () => [] } = input;
  const name = bucketName(account, purpose);
  const arn = bucketArn(account, name);
  const policy = policyDocument([tlsOnly(arn), ...statements(arn)]);
  return { name, arn, versioned, keepsData, policy, lifecycle };
}

/** Refuses whoever comes without encryption on the way, whatever else they may do. */
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
