import { type AwsAccount, bucketArn, iamArn, namePattern, physicalName } from "../account/account";
import { allow, type PolicyDocument, type PolicyStatement, policyDocument } from "./policy";

/** Maximum permissions of every role of the platform, whatever its own policies allow. */
export interface BoundaryPlan {
  readonly name: string;
  readonly policy: PolicyDocument;
}

/** Name of the boundary's policy. */
export function boundaryName(account: AwsAccount): string {
  return physicalName(account, "boundary");
}

/** ARN of the boundary, known before it exists. */
export function boundaryArn(account: AwsAccount): string {
  return iamArn(account, `policy/${boundaryName(account)}`);
}

/**
 * Plans the boundary. An identity that may create roles can grant them more permissions than it has itself, and then use them.
 * Workflows may therefore only create roles within this boundary, and it contains no permission to create identities.
 */
export function planBoundary(account: AwsAccount): BoundaryPlan {
  const statements: PolicyStatement[] = [
    allow("Services", boundedServices, ["*"]),
    allow(
      "OwnBuckets",
      ["s3:*"],
      [namePattern(account), `${namePattern(account)}/*`].map((name) => bucketArn(account, name)),
    ),
    allow("IdentitiesRead", ["iam:Get*", "iam:List*"], ["*"]),
    allow("NodeProfiles", profileActions, [iamArn(account, "instance-profile/eks*")]),
    {
      ...allow("NodeRoles", ["iam:PassRole"], [iamArn(account, `role/${namePattern(account)}`)]),
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    allow(
      "ServiceLinkedRoles",
      ["iam:CreateServiceLinkedRole"],
      [iamArn(account, "role/aws-service-role/*")],
    ),
  ];
  return { name: boundaryName(account), policy: policyDocument(statements) };
}

/**
 * Services that clusters, their nodes and their pods use. Auto Mode's load balancer controller calls shield and waf-regional; its
 * AWS managed policy (AmazonEKSLoadBalancingPolicy) includes them.
 */
const boundedServices = [
  "acm",
  "autoscaling",
  "backup",
  "backup-storage",
  "cloudwatch",
  "ec2",
  "ecr",
  "eks",
  "eks-auth",
  "elasticache",
  "elasticloadbalancing",
  "kms",
  "logs",
  "rds",
  "rds-db",
  "route53",
  "secretsmanager",
  "shield",
  "sns",
  "sqs",
  "ssm",
  "tag",
  "waf-regional",
  "wafv2",
].map((service) => `${service}:*`);

/** EKS creates an instance profile for the nodes of each cluster. */
const profileActions = [
  "iam:AddRoleToInstanceProfile",
  "iam:CreateInstanceProfile",
  "iam:DeleteInstanceProfile",
  "iam:RemoveRoleFromInstanceProfile",
  "iam:TagInstanceProfile",
];
