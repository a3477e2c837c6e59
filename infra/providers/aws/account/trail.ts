import { type AwsAccount, arnOf, physicalName } from "./account";
import { type BucketPlan, planBucket } from "../state/buckets";
import type { PolicyStatement } from "../access/policy";

/** The audit trail: every call that changes something in the account, in all regions. */
export interface TrailPlan {
  readonly name: string;
  readonly arn: string;
  /** Region of the trail itself and of its bucket. */
  readonly home: string;
  readonly bucket: BucketPlan;
}

/** One year, as PCI DSS 10.5.1 requires for audit trails; the last nine months in storage at a fifth of the price. */
const lifecycle = {
  cheaper: { afterDays: 90, storageClass: "GLACIER_IR" },
  expiresAfterDays: 365,
  earlierVersionsDays: 30,
} as const;

export function planTrail(account: AwsAccount, home: string, keepsData: boolean): TrailPlan {
  const arn = trailArn(account, home);
  const bucket = planBucket(account, {
    purpose: "trail",
    versioned: true,
    keepsData,
    lifecycle,
    statements: (bucket) => delivery(account, arn, bucket),
  });
  return { name: physicalName(account, "trail"), arn, home, bucket };
}

/** Known before the trail exists: the policies of the key and the bucket reference it. */
export function trailArn(account: AwsAccount, home: string): string {
  return arnOf(account, "cloudtrail", home, `trail/${physicalName(account, "trail")}`);
}

function delivery(account: AwsAccount, trail: string, bucket: string): PolicyStatement[] {
  const principal = { Service: "cloudtrail.amazonaws.com" };
  const source = { "aws:SourceArn": trail };
  return [
    {
      Sid: "TrailLooks",
      Effect: "Allow",
      Principal: principal,
      Action: ["s3:GetBucketAcl"],
      Resource: [bucket],
      Condition: { StringEquals: source },
    },
    {
      Sid: "TrailWrites",
      Effect: "Allow",
      Principal: principal,
      Action: ["s3:PutObject"],
      Resource: [`${bucket}/AWSLogs/${account.accountId}/*`],
      Condition: { StringEquals: { ...source, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}
