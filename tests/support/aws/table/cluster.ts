import type { AwsResource, AwsTable } from "./types";

/** Types of the cluster part. */
export const clusterTypes: AwsTable = {
  "aws:eks/accessEntry:AccessEntry": {
    required: ["clusterName", "principalArn"],
    replaceOn: ["clusterName", "principalArn", "type"],
    outputs: ({ inputs, region, account, id }) => ({
      id: `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`,
      accessEntryArn: `arn:aws:eks:${region}:${account}:access-entry/${text(inputs, "clusterName")}/${id}`,
      type: inputs["type"] ?? "STANDARD",
    }),
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    required: ["clusterName", "principalArn", "policyArn", "accessScope"],
    replaceOn: ["clusterName", "principalArn", "policyArn", "accessScope"],
    outputs: ({ inputs }) => ({
      id: ["clusterName", "principalArn", "policyArn"].map((key) => text(inputs, key)).join("#"),
    }),
  },
  "aws:eks/addon:Addon": {
    required: ["clusterName", "addonName"],
    replaceOn: ["clusterName", "addonName"],
    outputs: ({ inputs, region, account, id }) => ({
      id: `${text(inputs, "clusterName")}:${text(inputs, "addonName")}`,
      arn: `arn:aws:eks:${region}:${account}:addon/${text(inputs, "clusterName")}/${text(inputs, "addonName")}/${id}`,
      addonVersion: inputs["addonVersion"] ?? "v0.8.0-eksbuild.1",
    }),
  },
  "aws:eks/cluster:Cluster": {
    required: ["roleArn", "vpcConfig"],
    replaceOn: ["name", "roleArn", "bootstrapSelfManagedAddons", "encryptionConfig"],
    outputs: (resource) => {
      const name = nameOf(resource);
      const { inputs, region, account } = resource;
      return {
        id: name,
        name,
        arn: `arn:aws:eks:${region}:${account}:cluster/${name}`,
        endpoint: endpointOf(name, region),
        certificateAuthority: { data: Buffer.from(authorityOf(name)).toString("base64") },
        vpcConfig: {
          ...(inputs["vpcConfig"] as object),
          clusterSecurityGroupId: `sg-${name}`,
          vpcId: "vpc-0",
        },
        status: "ACTIVE",
      };
    },
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    required: ["clusterName", "namespace", "roleArn", "serviceAccount"],
    replaceOn: ["clusterName", "namespace", "serviceAccount"],
    outputs: ({ region, account, inputs, id }) => ({
      id: `a-${id}`,
      associationId: `a-${id}`,
      associationArn: `arn:aws:eks:${region}:${account}:podidentityassociation/${text(inputs, "clusterName")}/a-${id}`,
    }),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    required: ["role", "policyArn"],
    replaceOn: ["role", "policyArn"],
    outputs: ({ inputs }) => ({ id: `${text(inputs, "role")}/${text(inputs, "policyArn")}` }),
  },
};

/** Certificate authority of a pretended cluster. */
export function authorityOf(eksName: string): string {
  return `CA OF ${eksName}`;
}

/** URL of a pretended cluster's API server. */
export function endpointOf(eksName: string, region: string): string {
  return `https://${eksName}.gr7.${region}.eks.amazonaws.com`;
}

/** The name that was asked for, or one that AWS would have made up. */
function nameOf({ inputs, name }: AwsResource): string {
  return typeof inputs["name"] === "string" ? inputs["name"] : `${name}-0000000`;
}

function text(inputs: Readonly<Record<string, unknown>>, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
