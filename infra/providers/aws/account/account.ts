import type { AwsEnvironment } from "../../../config/types";
import { awsName } from "./names";

/** Account, environment and partition: the input of all names and ARNs. */
export interface AwsAccount {
  /** The environment's name, e.g. "staging". */
  readonly environment: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** "aws", "aws-us-gov" or "aws-cn": the partition field of each ARN. No account spans two. */
  readonly partition: string;
}

/** The account of an environment. Its partition is that of its first region: no environment has regions of two partitions. */
export function accountOf({ name, aws, regions }: AwsEnvironment): AwsAccount {
  const partition = partitionOf(regions[0]?.name ?? "");
  return { environment: name, accountId: aws.accountId, partition };
}

/** The partition of a region. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Suffix of the host names in a region: China has its own. */
export function domainSuffix(region: string): string {
  return partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** "meridian-staging-trail": the physical name of a resource. */
export function physicalName({ environment }: AwsAccount, thing: string): string {
  return awsName(environment, thing);
}

/** IAM pattern that matches all names of an environment. */
export function namePattern(account: AwsAccount): string {
  return physicalName(account, "*");
}

/** ARN of a resource in a region; the region is "" for a global service and "*" for any. */
export function arnOf(
  { partition, accountId }: AwsAccount,
  service: string,
  region: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** ARN of an IAM resource, e.g. "role/meridian-staging-*". */
export function iamArn(account: AwsAccount, resource: string): string {
  return arnOf(account, "iam", "", resource);
}

/** ARN of a bucket or a name pattern: a bucket's ARN contains neither region nor account. */
export function bucketArn({ partition }: Pick<AwsAccount, "partition">, name: string): string {
  return `arn:${partition}:s3:::${name}`;
}

/** ARN of an AWS managed policy, e.g. "service-role/AmazonRDSEnhancedMonitoringRole", in the region's partition. */
export function managedPolicyArn(region: string, policy: string): string {
  return ownedByAws(region, "iam", `policy/${policy}`);
}

/** ARN of an EKS access policy, which grants permissions within a cluster of this region. */
export function accessPolicyArn(region: string, policy: string): string {
  return ownedByAws(region, "eks", `cluster-access-policy/${policy}`);
}

/** AWS itself is the account; its id is "aws" in every partition. */
function ownedByAws(region: string, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}::aws:${resource}`;
}
