import { type AwsAccount, arnOf, domainSuffix, iamArn, namePattern } from "./account";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "../access/policy";
import { prices } from "./prices";
import { trailArn } from "./trail";
import type { CostItem } from "../../../components/cost";

/** The platform's multi-Region key, the same in every region, so that data encrypted in one can be decrypted in another. */
export interface KeyPlan {
  /** The same in every region. */
  readonly alias: string;
  readonly description: string;
  /** Rotation period of its material; data encrypted earlier stays readable. */
  readonly rotationDays: number;
  /** Period in which a deletion can be cancelled: the longest that AWS offers. */
  readonly deletionDays: number;
  /** Cannot move with the hub: a primary in another region is a different key. */
  readonly primary: RegionKeyPlan;
  /** One in every other region. */
  readonly replicas: readonly RegionKeyPlan[];
}

/** The key in one region: the shared material with the region's own policy. */
export interface RegionKeyPlan {
  readonly region: string;
  readonly policy: PolicyDocument;
}

/** Alias of an environment's key, in each of its regions. */
export function keyAlias(environment: string): string {
  return `alias/meridian-${environment}`;
}

export function planKey(account: AwsAccount, home: string, regions: readonly string[]): KeyPlan {
  const inRegion = (region: string): RegionKeyPlan => ({
    region,
    policy: keyPolicy(account, region, region === home),
  });
  return {
    alias: keyAlias(account.environment),
    description: `All data of the Meridian environment ${account.environment}`,
    rotationDays: 365,
    deletionDays: 30,
    primary: inRegion(home),
    replicas: regions.filter((region) => region !== home).map(inRegion),
  };
}

/** Cost of the key and its replicas. */
export function keyCost({ primary, replicas }: KeyPlan): CostItem[] {
  return [primary, ...replicas].map(({ region }) => ({
    ...{ region, what: "KMS keys", quantity: 1, unitUsd: prices.key },
  }));
}

/**
 * The key's policy in a region. IAM policies grant identities of the account access; this policy names the services that act
 * without an identity of the account.
 */
export function keyPolicy(account: AwsAccount, region: string, hasTrail: boolean): PolicyDocument {
  return policyDocument([
    {
      Sid: "AccountByIam",
      Effect: "Allow",
      Principal: { AWS: iamArn(account, "root") },
      Action: ["kms:*"],
      Resource: ["*"],
    },
    forLogs(account, region),
    forAlarms(account),
    ...forOwnRoles(account, region),
    ...(hasTrail ? forTrail(account, region) : []),
  ]);
}

/** CloudWatch Logs, for log groups of this account and region: the encryption context names the group. */
function forLogs(account: AwsAccount, region: string): PolicyStatement {
  return {
    Sid: "Logs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.${domainSuffix(region)}` },
    Action: [...cryptography, "kms:DescribeKey"],
    Resource: ["*"],
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": arnOf(account, "logs", region, "log-group:*"),
      },
    },
  };
}

/** CloudWatch, which publishes alarms to the region's encrypted topic. */
function forAlarms({ accountId }: AwsAccount): PolicyStatement {
  return {
    Sid: "Alarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: ["*"],
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}

/**
 * The platform's own roles, by name: a role that does not exist yet cannot be a principal, and the clusters' roles are created
 * after the key. Only through EC2, which EKS uses to encrypt disks, and Secrets Manager; grants only to AWS itself.
 */
function forOwnRoles(account: AwsAccount, region: string): PolicyStatement[] {
  const own = {
    StringEquals: {
      "kms:CallerAccount": account.accountId,
      "kms:ViaService": ["ec2", "secretsmanager"].map(
        (service) => `${service}.${region}.${domainSuffix(region)}`,
      ),
    },
    ArnLike: { "aws:PrincipalArn": iamArn(account, `role/${namePattern(account)}`) },
  };
  const statement = { Effect: "Allow", Principal: { AWS: "*" }, Resource: ["*"] } as const;
  return [
    {
      ...statement,
      Sid: "OwnRoles",
      Action: [...cryptography, "kms:DescribeKey"],
      Condition: own,
    },
    {
      ...statement,
      Sid: "OwnRolesGrants",
      Action: ["kms:CreateGrant"],
      Condition: { ...own, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

function forTrail(account: AwsAccount, region: string): PolicyStatement[] {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Resource: ["*"],
  } as const;
  const source = { "aws:SourceArn": trailArn(account, region) };
  const context = arnOf(account, "cloudtrail", "*", "trail/*");
  return [
    {
      ...statement,
      Sid: "TrailEncrypts",
      Action: ["kms:GenerateDataKey*"],
      Condition: {
        StringEquals: source,
        StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": context },
      },
    },
    {
      ...statement,
      Sid: "TrailDescribes",
      Action: ["kms:DescribeKey"],
      Condition: { StringEquals: source },
    },
  ];
}

const cryptography = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];
