import {
  type AwsAccount,
  arnOf,
  bucketArn,
  iamArn,
  namePattern,
  physicalName,
} from "../account/account";
import { boundaryArn } from "./boundary";
import { allow, deny, type PolicyStatement } from "./policy";
import { repositoryPrefix } from "../account/registry";
import { stateBucketName, stateKeyAlias } from "../state/state";
import { trailArn } from "../account/trail";

/**
 * A preview reads resource metadata and the state. It never locks the state, so it writes nothing. It cannot read content: no
 * secret, no log, no object except the state's, no image. A user who may open a pull request in the repository itself can run code
 * with these permissions and read the secrets in the state; GitHub issues no token to forks.
 */
export function previewStatements(account: AwsAccount): PolicyStatement[] {
  const state = stateArn(account);
  return [
    allow("Look", readings, ["*"]),
    publicParameters(account),
    allow(
      "LookAtBuckets",
      ["s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration"],
      [bucketArn(account, namePattern(account))],
    ),
    allow("ListState", ["s3:ListBucket"], [state]),
    allow("ReadState", ["s3:GetObject"], [`${state}/*`]),
    withStateKey(account, "DecryptState", ["kms:Decrypt", "kms:DescribeKey"]),
  ];
}

/** Permissions of `pulumi up`: the platform's services, its own buckets, and roles within the boundary. */
export function deployStatements(account: AwsAccount): PolicyStatement[] {
  const names = namePattern(account);
  const ownBuckets = [names, `${names}/*`].map((name) => bucketArn(account, name));
  return [
    allow("Services", deployedServices, ["*"]),
    publicParameters(account),
    allow("OwnBuckets", ["s3:*"], ownBuckets),
    allow("IdentitiesRead", ["iam:Get*", "iam:List*"], ["*"]),
    ...roleStatements(account),
    ...guards(account),
  ];
}

/** Pushes to this environment's repositories. The login token is not specific to a repository. */
export function imagesStatements(account: AwsAccount): PolicyStatement[] {
  const repositories = arnOf(
    account,
    "ecr",
    "*",
    `repository/${repositoryPrefix(account.environment)}*`,
  );
  return [
    allow("LogIn", ["ecr:GetAuthorizationToken"], ["*"]),
    allow("Push", pushing, [repositories]),
  ];
}

/** Parameters that AWS itself publishes, e.g. the services of a region. No customer parameter can begin with "aws". */
function publicParameters({ partition }: AwsAccount): PolicyStatement {
  const published = `arn:${partition}:ssm:*:*:parameter/aws/service/*`;
  return allow("PublicParameters", ["ssm:GetParameter", "ssm:GetParametersByPath"], [published]);
}

/** Creating roles: restricted by name, only with the boundary, and passed only to services that the platform uses. */
function roleStatements(account: AwsAccount): PolicyStatement[] {
  const roles = [iamArn(account, `role/${namePattern(account)}`)];
  const policies = [iamArn(account, `policy/${namePattern(account)}`)];
  return [
    {
      ...allow("BoundedRoles", boundedRoleActions, roles),
      Condition: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(account) } },
    },
    allow("OwnRoles", roleActions, roles),
    allow("OwnPolicies", policyActions, policies),
    {
      ...allow("PassRoles", ["iam:PassRole"], roles),
      Condition: { StringEquals: { "iam:PassedToService": roleTakers } },
    },
    allow(
      "ServiceLinkedRoles",
      ["iam:CreateServiceLinkedRole"],
      [iamArn(account, "role/aws-service-role/*")],
    ),
  ];
}

/** Actions that a workflow must not perform although the names match: extend its own access, or lose the state. */
function guards(account: AwsAccount): PolicyStatement[] {
  const state = stateArn(account);
  const github = iamArn(account, `role/${physicalName(account, "github-*")}`);
  return [
    deny("OwnAccess", accessChanges, [github]),
    deny("Boundary", boundaryChanges, [boundaryArn(account)]),
    deny(
      "BoundaryOfRoles",
      ["iam:DeleteRolePermissionsBoundary"],
      [iamArn(account, `role/${namePattern(account)}`)],
    ),
    deny("Trail", ["cloudtrail:DeleteTrail", "cloudtrail:StopLogging"], [trailArn(account, "*")]),
    deny("StateBucket", stateBucketChanges, [state]),
    deny("StateVersions", ["s3:DeleteObjectVersion"], [`${state}/*`]),
    {
      ...withStateKey(account, "StateKey", [
        "kms:DisableKey",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
      ]),
      Effect: "Deny",
    },
  ];
}

function stateArn(account: AwsAccount): string {
  return bucketArn(account, stateBucketName(account.environment, account.accountId));
}

/** The state's key is identified by its alias only. */
function withStateKey(
  account: AwsAccount,
  Sid: string,
  Action: readonly string[],
): PolicyStatement {
  return {
    ...allow(Sid, Action, [arnOf(account, "kms", "*", "key/*")]),
    Condition: {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": stateKeyAlias(account.environment) },
    },
  };
}

/** Actions that describe resources without returning content. */
const readings = [
  "acm:DescribeCertificate",
  "acm:List*",
  "backup:Describe*",
  "backup:List*",
  "budgets:ViewBudget",
  "budgets:ListTagsForResource",
  "cloudtrail:DescribeTrails",
  "cloudtrail:GetEventSelectors",
  "cloudtrail:GetTrail*",
  "cloudtrail:ListTags",
  "cloudwatch:Describe*",
  "cloudwatch:ListTagsForResource",
  "ec2:Describe*",
  "ecr:Describe*",
  "ecr:GetLifecyclePolicy",
  "ecr:GetRegistryScanningConfiguration",
  "ecr:GetRepositoryPolicy",
  "ecr:ListTagsForResource",
  "eks:Describe*",
  "eks:List*",
  "elasticache:Describe*",
  "elasticache:ListTagsForResource",
  "elasticloadbalancing:Describe*",
  "iam:Get*",
  "iam:List*",
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:List*",
  "logs:Describe*",
  "logs:ListTagsForResource",
  "rds:Describe*",
  "rds:ListTagsForResource",
  "route53:Get*",
  "route53:List*",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetResourcePolicy",
  "servicequotas:Get*",
  "servicequotas:List*",
  "sns:GetSubscriptionAttributes",
  "sns:GetTopicAttributes",
  "sns:List*",
  "tag:GetResources",
  "wafv2:Get*",
  "wafv2:List*",
];

/** Services in which the platform creates resources. */
const deployedServices = [
  "acm:*",
  "application-autoscaling:*",
  "backup:*",
  "backup-storage:*",
  "budgets:*",
  "cloudtrail:*",
  "cloudwatch:*",
  "ec2:*",
  "ecr:*",
  "eks:*",
  "elasticache:*",
  "elasticloadbalancing:*",
  "kms:*",
  "logs:*",
  "rds:*",
  "route53:*",
  "secretsmanager:*",
  "servicequotas:Get*",
  "servicequotas:List*",
  "sns:*",
  "tag:GetResources",
  "wafv2:*",
];

/** Actions that are allowed only on a role that has the boundary. */
const boundedRoleActions = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
];

const roleActions = [
  "iam:DeleteRole",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
];

const policyActions = [
  "iam:CreatePolicy",
  "iam:CreatePolicyVersion",
  "iam:DeletePolicy",
  "iam:DeletePolicyVersion",
  "iam:TagPolicy",
  "iam:UntagPolicy",
];

const accessChanges = [...boundedRoleActions, ...roleActions, "iam:PassRole"];

/** Actions that would make the state less safe or lose it. */
const stateBucketChanges = [
  "s3:DeleteBucket*",
  "s3:PutBucket*",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
];

const boundaryChanges = ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion"];

/** Services that assume a role of the platform. */
const roleTakers = [
  "backup.amazonaws.com",
  "ec2.amazonaws.com",
  "eks.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "pods.eks.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];

/** The actions that ECR lists for a push; the read actions skip layers that exist already. */
const pushing = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
