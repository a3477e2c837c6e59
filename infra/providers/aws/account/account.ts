import type { AwsEnvironment } from "../../../config/types";
import { awsName } from "./names";

/** Whose resources they are, and where: all that names and ARNs are made of. */
export interface AwsAccount {
  /** The environment's name, e.g. "staging". */
  readonly environment: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** "aws", "aws-us-gov" or "aws-cn": the first field of each ARN. No account spans two. */
  readonly partition: string;
}

/** The account of an environment. Its partition is that of its first region: none has regions of two. */
export function accountOf({ name, aws, regions }: AwsEnvironment): AwsAccount {
  const partition = partitionOf(regions[0]?.name ?? "");
  return { environment: name, accountId: aws.accountId, partition };
}

/** The separate cloud that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** End of the host names in a region: China's has one of its own. */
export function domainSuffix(region: string): string {
  return partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** "meridian-staging-trail": the name of a thing where AWS wants one. */
export function physicalName({ environment }: AwsAccount, thing: string): string {
  return awsName(environment, thing);
}

/** What all names of an environment begin with, as a pattern of IAM. */
export function namePattern(account: AwsAccount): string {
  return physicalName(account, "*");
}

/** ARN of something in a region; the region is "" for a global service and "*" for any. */
export function arnOf(
  { partition, accountId }: AwsAccount,
  service: string,
  region: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** ARN of something of IAM, e.g. "role/meridian-staging-*". */
export function iamArn(account: AwsAccount, resource: string): string {
  return arnOf(account, "iam", "", resource);
}

/** ARN of a bucket or a pattern of names: buckets have neither region nor account in theirs. */
export function bucketArn({ partition }: Pick<AwsAccount, "partition">, name: string): string {
  return `arn:${partition}:s3:::${name}`;
}

/** ARN of one of AWS's own policies, e.g. "service-role/AmazonRDSEnhancedMonitoringRole", as roles of this region name it. */
export function managedPolicyArn(region: string, policy: string): string {
  return ownedByAws(region, "iam", `policy/${policy}`);
}

/** ARN of one of EKS' own policies, which give rights within a cluster of this region. */
export function accessPolicyArn(region: string, policy: string): string {
  return ownedByAws(region, "eks", `cluster-access-policy/${policy}`);
}

/** AWS itself is the account: it is called "aws" in every partition. */
function ownedByAws(region: string, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}::aws:${resource}`;
}
