import { createHash } from "node:crypto";
import { clusterTag } from "../account/names";
import { type PolicyDocument, type PolicyStatement, policyDocument, serviceTrust } from "./policy";

const longestRoleName = 64;

/** IAM allows 64 characters: a longer name is truncated and gets a hash of the full name. */
export function roleName(...parts: readonly string[]): string {
  const name = parts.join("-");
  if (name.length <= longestRoleName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longestRoleName - hash.length - 1)}-${hash}`;
}

/** Allows EKS to assume the cluster's role. Auto Mode's policies compare session tags, so EKS must be allowed to set them. */
export const clusterTrust: PolicyDocument = serviceTrust("EksTakesTheRole", "eks", {
  Action: ["sts:AssumeRole", "sts:TagSession"],
});

/** Allows an instance to assume the node role. */
export const nodeTrust: PolicyDocument = serviceTrust("InstancesTakeTheRole", "ec2");

/** Allows only the pods of one service account in one cluster to assume the role. */
export function podTrust(
  eksName: string,
  namespace: string,
  serviceAccount: string,
): PolicyDocument {
  return serviceTrust("PodsTakeTheRole", "pods.eks", {
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": eksName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  });
}

/**
 * AWS managed policies for a cluster in Auto Mode.
 * Source: Amazon EKS User Guide, "Learn about identity and access in EKS Auto Mode".
 */
export const clusterPolicies = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
] as const;

/** AWS managed policies for a node: pull images and provide pod identities. Same source. */
export const nodePolicies = [
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryPullOnly",
] as const;

const ofThisCluster = {
  [`aws:RequestTag/${clusterTag}`]: `\${aws:PrincipalTag/${clusterTag}}`,
} as const;

/**
 * The cluster's permissions beyond AWS's policies: put the platform's tags on Auto Mode's resources, which these deny, and use the
 * region's key for volumes and secrets. One permission is denied: creating its log group. It would do that at the end of a
 * `destroy`, without key and retention, and would block the next `up`. (EKS' own service-linked role may still do so for the last
 * lines: #2763 of the same module. No policy here can deny that one.)
 * Sources: Amazon EKS User Guide, "Learn about identity and access in EKS Auto Mode", custom tags; "Enable EBS Volume Encryption
 * with Customer Managed KMS Keys for EKS Auto Mode"; terraform-aws-modules/terraform-aws-eks #920.
 */
export function clusterRolePolicy(keyArn: string): PolicyDocument {
  return policyDocument([
    ...taggingStatements(keyArn.split(":")[1] ?? "aws"),
    ...keyStatements(keyArn),
    { Sid: "KeepLogGroup", Effect: "Deny", Action: ["logs:CreateLogGroup"], Resource: ["*"] },
  ]);
}

/** Resources that Auto Mode creates, each with the tag of this cluster. */
function taggingStatements(partition: string): PolicyStatement[] {
  const ec2 = (things: string) => `arn:${partition}:ec2:*:*:${things}/*`;
  return [
    tagging(
      "TagNodes",
      ["ec2:CreateFleet", "ec2:RunInstances", "ec2:CreateLaunchTemplate"],
      [
        "aws:RequestTag/eks:kubernetes-node-class-name",
        "aws:RequestTag/eks:kubernetes-node-pool-name",
      ],
    ),
    {
      ...tagging("TagVolumes", ["ec2:CreateVolume", "ec2:CreateSnapshot"]),
      Resource: [ec2("volume"), ec2("snapshot")],
    },
    tagging(
      "TagInterfaces",
      ["ec2:CreateNetworkInterface"],
      ["aws:RequestTag/eks:kubernetes-cni-node-name"],
    ),
    tagging("TagLoadBalancers", [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule",
      "ec2:CreateSecurityGroup",
    ]),
  ];
}

function keyStatements(keyArn: string): PolicyStatement[] {
  const Resource = [keyArn];
  return [
    {
      Sid: "UseKey",
      Effect: "Allow",
      Action: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
      ],
      Resource,
    },
    {
      Sid: "LendKey",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      Resource,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

function tagging(
  Sid: string,
  Action: readonly string[],
  present: readonly string[] = [],
): PolicyStatement {
  const anyValue = Object.fromEntries(present.map((key) => [key, "*"]));
  return {
    Sid,
    Effect: "Allow",
    Action,
    Resource: ["*"],
    Condition: {
      StringEquals: ofThisCluster,
      ...(present.length > 0 ? { StringLike: anyValue } : {}),
    },
  };
}
