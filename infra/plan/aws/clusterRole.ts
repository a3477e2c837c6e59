import { createHash } from "node:crypto";

/** An IAM policy as data. Serialised by whoever attaches it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource?: string | readonly string[];
  /** Operator, key, value: `{ StringEquals: { "aws:RequestTag/a": "b" } }`. */
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

const longestRoleName = 64;

/** IAM takes 64 characters: a longer name keeps its beginning and gets a hash of the whole. */
export function roleName(...parts: readonly string[]): string {
  const name = parts.join("-");
  if (name.length <= longestRoleName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longestRoleName - hash.length - 1)}-${hash}`;
}

/** Lets EKS act as the cluster. Auto Mode's policies compare session tags, so it has to be allowed to set them. */
export const clusterTrust: PolicyDocument = trust("EksTakesTheRole", "eks.amazonaws.com", [
  "sts:AssumeRole",
  "sts:TagSession",
]);

/** Lets an instance act as a node. */
export const nodeTrust: PolicyDocument = trust("InstancesTakeTheRole", "ec2.amazonaws.com", [
  "sts:AssumeRole",
]);

function trust(Sid: string, Service: string, Action: readonly string[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Sid, Effect: "Allow", Principal: { Service }, Action }],
  };
}

/** Lets pods of one service account of one cluster act as the role, and no other pods. */
export function podTrust(
  eksName: string,
  namespace: string,
  serviceAccount: string,
): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PodsTakeTheRole",
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-name": eksName,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": serviceAccount,
          },
        },
      },
    ],
  };
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

/** ARN of one of AWS's own policies. */
export function managedPolicyArn(policy: string): string {
  return `arn:aws:iam::aws:policy/${policy}`;
}

/** ARN of one of EKS' own policies, which give rights within a cluster. */
export function accessPolicyArn(policy: string): string {
  return `arn:aws:eks::aws:cluster-access-policy/${policy}`;
}

const ofThisCluster = {
  "aws:RequestTag/eks:eks-cluster-name": "${aws:PrincipalTag/eks:eks-cluster-name}",
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
  return {
    Version: "2012-10-17",
    Statement: [
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
        Resource: ["arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:snapshot/*"],
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
        Resource: keyArn,
      },
      {
        Sid: "LendKey",
        Effect: "Allow",
        Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        Resource: keyArn,
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
      { Sid: "KeepLogGroup", Effect: "Deny", Action: ["logs:CreateLogGroup"], Resource: "*" },
    ],
  };
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
    Resource: "*",
    Condition: {
      StringEquals: ofThisCluster,
      ...(present.length > 0 ? { StringLike: anyValue } : {}),
    },
  };
}
