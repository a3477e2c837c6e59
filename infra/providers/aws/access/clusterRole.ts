import { createHash } from "node:crypto";
import { clusterTag } from "../account/names";
import { type PolicyDocument, type PolicyStatement, policyDocument, serviceTrust } from "./policy";

const longestRoleName = 64;

/** IAM takes 64 characters: a longer name keeps its beginning and gets a hash of the whole. */
export function roleName(...parts: readonly string[]): string {
  const name = parts.join("-");
  if (name.length <= longestRoleName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longestRoleName - hash.length - 1)}-${hash}`;
}

/** Lets EKS act as the cluster. Auto Mode's policies compare session tags, so it has to be allowed to set them. */
export const clusterTrust: PolicyDocument = serviceTrust("EksTakesTheRole", "eks", {
  Action: ["sts:AssumeRole", "sts:TagSession"],
});

/** Lets an instance act as a node. */
export const nodeTrust: PolicyDocument = serviceTrust("InstancesTakeTheRole", "ec2");

/** Lets pods of one service account of one cluster act as the role, and no other pods. */
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
 * AWS's own policies for a cluster in Auto Mode.
 * Source: Amazon EKS User Guide, "Learn about identity and access in EKS Auto Mode".
 */
export const clusterPolicies = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
] as const;

/** AWS's own policies for a node: take images, and hand out pods' identities. Same source. */
export const nodePolicies = [
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryPullOnly",
] as const;

const ofThisCluster = {
  [`aws:RequestTag/${clusterTag}`]: `\${aws:PrincipalTag/${clusterTag}}`,
} as const;

/**
 * What the cluster may do beyond AWS's policies: put the platform's tags on what Auto Mode makes, which these forbid, and
 * use the region's key for volumes and secrets. And one thing that it may not: make its log group, which it would do at the
 * end of a `destroy`, with no key and no retention, and in the way of the next `up`. (EKS' own service-linked role still may
 * for the last lines: #2763 of the same module. Nothing here can forbid that one.)
 * Sources: Amazon EKS User Guide, "Learn about identity and access in EKS Auto Mode", custom tags; "Enable EBS Volume
 * Encryption with Customer Managed KMS Keys for EKS Auto Mode"; terraform-aws-modules/terraform-aws-eks #920.
 */
export function clusterRolePolicy(keyArn: string): PolicyDocument {
  return policyDocument([
    ...taggingStatements(keyArn.split(":")[1] ?? "aws"),
    ...keyStatements(keyArn),
    { Sid: "KeepLogGroup", Effect: "Deny", Action: ["logs:CreateLogGroup"], Resource: ["*"] },
  ]);
}

/** What Auto Mode makes, each with the mark that it is this cluster's. */
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
