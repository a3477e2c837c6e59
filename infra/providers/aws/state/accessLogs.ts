import { type AwsAccount, arnOf, bucketArn, namePattern } from "../account/account";
import { type BucketPlan, planBucket } from "./buckets";
import type { PolicyStatement } from "../access/policy";

/** Key prefix of a bucket's own access log. */
export const bucketLogPrefix = "s3/";

/**
 * Plans the bucket for access logs of a region's load balancers and buckets. It is expendable and deleted with its region. It is
 * not versioned, because nothing is overwritten. Logs expire after 90 days without a transition to cheaper storage: moving many
 * small objects costs more than it saves.
 */
export function planAccessLogs(account: AwsAccount, region: string): BucketPlan {
  return planBucket(account, {
    purpose: `logs-${region}`,
    versioned: false,
    keepsData: false,
    lifecycle: { expiresAfterDays: 90 },
    statements: (arn) => delivery(account, region, arn),
  });
}

/** Application load balancers, network load balancers and S3 itself deliver as three different principals. */
function delivery(account: AwsAccount, region: string, bucket: string): PolicyStatement[] {
  const { accountId } = account;
  const loadBalancers = arnOf(account, "elasticloadbalancing", region, "loadbalancer/*");
  const networkLogs = arnOf(account, "logs", region, "*");
  const written = [`${bucket}/AWSLogs/${accountId}/*`, `${bucket}/*/AWSLogs/${accountId}/*`];
  const ours = { "aws:SourceAccount": accountId };
  const put = { Effect: "Allow", Action: ["s3:PutObject"] } as const;
  return [
    {
      ...put,
      Sid: "ApplicationLoadBalancers",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Resource: written,
      Condition: { ArnLike: { "aws:SourceArn": loadBalancers } },
    },
    {
      ...put,
      Sid: "NetworkLoadBalancers",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Resource: written,
      Condition: {
        StringEquals: { ...ours, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": networkLogs },
      },
    },
    {
      Sid: "NetworkLoadBalancersLook",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: [bucket],
      Condition: { StringEquals: ours, ArnLike: { "aws:SourceArn": networkLogs } },
    },
    {
      ...put,
      Sid: "Buckets",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Resource: [`${bucket}/${bucketLogPrefix}*`],
      Condition: {
        StringEquals: ours,
        ArnLike: { "aws:SourceArn": bucketArn(account, namePattern(account)) },
      },
    },
  ];
}
