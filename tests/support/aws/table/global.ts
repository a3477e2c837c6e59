import { createHash } from "node:crypto";
import type { AwsResource, AwsTable, AwsType } from "./types";

/** What has no more to it than its inputs and an id. `id`: the input that AWS uses as one. */
function plain(required: readonly string[], replaceOn: readonly string[], id?: string): AwsType {
  const outputs = ({ inputs, id: own }: AwsResource) => ({
    id: id === undefined ? own : inputs[id],
  });
  return { required, replaceOn, outputs };
}

/** The settings of a bucket are known by its name. */
function ofBucket(...required: readonly string[]): AwsType {
  return plain(["bucket", ...required], ["bucket"], "bucket");
}

/** An input that may be left out. */
function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** Twelve digits that stay the same for the same resource. */
function stable(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The id of a multi-Region key; replicas have their primary's. */
const keyId = ({ name }: AwsResource) => `mrk-${stable(name)}`;

function keyOutputs(keyId: string, { region, account }: AwsResource) {
  const arn = `arn:aws:kms:${region}:${account}:key/${keyId}`;
  return { id: keyId, keyId, arn };
}

const iamArn = ({ account }: AwsResource, path: string) => `arn:aws:iam::${account}:${path}`;

/** Types of the global part. */
export const globalTypes: AwsTable = {
  "aws:kms/key:Key": {
    required: ["policy"],
    replaceOn: ["multiRegion", "keyUsage", "customerMasterKeySpec"],
    outputs: (resource) => keyOutputs(keyId(resource), resource),
  },
  "aws:kms/replicaKey:ReplicaKey": {
    required: ["primaryKeyArn", "policy"],
    replaceOn: ["primaryKeyArn"],
    outputs: (resource) =>
      keyOutputs(String(resource.inputs["primaryKeyArn"]).split("/").at(-1) ?? "", resource),
  },
  "aws:kms/alias:Alias": {
    required: ["name", "targetKeyId"],
    replaceOn: ["name"],
    outputs: ({ inputs, region, account }) => ({
      id: inputs["name"],
      arn: `arn:aws:kms:${region}:${account}:${String(inputs["name"])}`,
    }),
  },
  "aws:ecr/repository:Repository": {
    required: ["name", "encryptionConfigurations"],
    replaceOn: ["name", "encryptionConfigurations"],
    outputs: ({ inputs, region, account }) => {
      const name = String(inputs["name"]);
      return {
        id: name,
        arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
        registryId: account,
        repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      };
    },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": plain(
    ["repository", "policy"],
    ["repository", "policy"],
    "repository",
  ),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
    required: ["replicationConfiguration"],
    replaceOn: [],
    outputs: ({ account }) => ({ id: account, registryId: account }),
  },
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    required: ["scanType"],
    replaceOn: [],
    outputs: ({ account }) => ({ id: account, registryId: account }),
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    required: ["url", "clientIdLists"],
    replaceOn: ["url"],
    outputs: (resource) => {
      const host = String(resource.inputs["url"]).replace("https://", "");
      const arn = iamArn(resource, `oidc-provider/${host}`);
      return { id: arn, arn };
    },
  },
  "aws:iam/policy:Policy": {
    required: ["policy"],
    replaceOn: ["name", "path", "description"],
    outputs: (resource) => {
      const own = text(resource.inputs["name"], resource.name);
      const arn = iamArn(resource, `policy/${own}`);
      return { id: arn, arn, name: own };
    },
  },
  "aws:route53/zone:Zone": {
    required: ["name"],
    replaceOn: ["name"],
    outputs: ({ name }) => {
      const zoneId = `Z${stable(name).toUpperCase()}`;
      const nameServers = [1, 2, 3, 4].map((number) => `ns-${number}.awsdns.test`);
      return { id: zoneId, zoneId, nameServers, arn: `arn:aws:route53:::hostedzone/${zoneId}` };
    },
  },
  "aws:budgets/budget:Budget": {
    required: ["budgetType", "timeUnit", "limitAmount", "limitUnit"],
    replaceOn: ["name", "accountId"],
    outputs: ({ inputs, account, name }) => ({
      id: `${account}:${text(inputs["name"], name)}`,
    }),
  },
  "aws:cloudtrail/trail:Trail": {
    required: ["s3BucketName"],
    replaceOn: ["name"],
    outputs: ({ inputs, region, account }) => {
      const arn = `arn:aws:cloudtrail:${region}:${account}:trail/${String(inputs["name"])}`;
      return { id: arn, arn, homeRegion: region };
    },
  },
  "aws:s3/bucket:Bucket": {
    required: [],
    replaceOn: ["bucket"],
    outputs: ({ inputs, name, region }) => {
      const bucket = text(inputs["bucket"], name);
      return {
        id: bucket,
        bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
      };
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket(),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket("rule"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    ofBucket("rules"),
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket("versioningConfiguration"),
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket("policy"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket("rules"),
  "aws:s3/bucketLogging:BucketLogging": ofBucket("targetBucket", "targetPrefix"),
};
