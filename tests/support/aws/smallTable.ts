import type { AwsTable } from "./table";

/** A few types, for tests of the stand-in itself: they must not depend on what the platform uses today. */
export const awsTypes: AwsTable = {
  "aws:ec2/vpc:Vpc": {
    required: ["cidrBlock|ipv4IpamPoolId"],
    replaceOn: ["cidrBlock"],
    outputs: ({ region, account, id }) => ({
      arn: `arn:aws:ec2:${region}:${account}:vpc/${id}`,
      ownerId: account,
    }),
  },
  "aws:ec2/subnet:Subnet": { required: ["vpcId"], replaceOn: ["vpcId", "cidrBlock"] },
  "aws:s3/bucket:Bucket": { required: ["bucket"], replaceOn: ["bucket"] },
  "aws:s3/bucketPolicy:BucketPolicy": { required: ["bucket", "policy"], replaceOn: ["bucket"] },
  "aws:eks/cluster:Cluster": {
    required: ["roleArn", "vpcConfig"],
    replaceOn: ["name"],
    outputs: ({ name, inputs, region, account }) => ({
      id: inputs["name"] ?? name,
      arn: `arn:aws:eks:${region}:${account}:cluster/${(inputs["name"] as string) ?? name}`,
      endpoint: "https://replaced.by.the.stand-in",
      certificateAuthority: { data: "" },
      vpcConfig: { ...(inputs["vpcConfig"] as object), clusterSecurityGroupId: `sg-${name}` },
      status: "ACTIVE",
    }),
  },
};
