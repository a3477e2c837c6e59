import { type AwsAccount, bucketArn, iamArn, namePattern, physicalName } from "../account/account";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "./policy";

/** The most that any role of the platform may do, whatever its own policies say. */
export interface BoundaryPlan {
  readonly name: string;
  readonly policy: PolicyDocument;
}

/** Name of the boundary's policy. */
export function boundaryName(account: AwsAccount): string {
  return physicalName(account, "boundary");
}

/** ARN of the boundary, known before it is there. */
export function boundaryArn(account: AwsAccount): string {
  return iamArn(account, `policy/${boundaryName(account)}`);
}

/**
 * Who may make roles may give them more than he has himself, and then use them. So workflows make only roles that
 * stay within this; and it holds nothing that makes identities.
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
 * What clusters, their nodes and their pods work with. shield and waf-regional are asked by Auto Mode's load balancer
 * controller, whose own policy (AmazonEKSLoadBalancingPolicy) has them.
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

/** EKS makes an instance profile for the nodes of each cluster. */
const profileActions = [
  "iam:AddRoleToInstanceProfile",
  "iam:CreateInstanceProfile",
  "iam:DeleteInstanceProfile",
  "iam:RemoveRoleFromInstanceProfile",
  "iam:TagInstanceProfile",
];

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource };
}
