import type { AwsResource, AwsTable } from "./types";

const arn = (service: string, kind: string, name: string) => (resource: AwsResource) =>
  `arn:aws:${service}:${resource.region}:${resource.account}:${kind}:${text(resource, name)}`;

function text({ inputs, id }: AwsResource, name: string): string {
  const value = inputs[name];
  return typeof value === "string" ? value : id;
}

/** Eight hexadecimal digits that the text decides, where AWS has letters of its own choice. */
function digest(from: string): string {
  let hash = 2166136261;
  for (const letter of from) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** Types of the data part. */
export const dataTypes: AwsTable = {
  "aws:rds/globalCluster:GlobalCluster": {
    required: ["globalClusterIdentifier", "engine|sourceDbClusterIdentifier"],
    replaceOn: [
      "databaseName",
      "engine",
      "globalClusterIdentifier",
      "sourceDbClusterIdentifier",
      "storageEncrypted",
    ],
    outputs: (resource) => {
      const id = text(resource, "globalClusterIdentifier");
      const { account } = resource;
      return {
        id,
        arn: `arn:aws:rds::${account}:global-cluster:${id}`,
        endpoint: `${id}.global-${digest(account)}.global.rds.amazonaws.com`,
        globalClusterResourceId: `cluster-${digest(id)}`,
      };
    },
  },
  "aws:rds/cluster:Cluster": {
    required: ["engine", "clusterIdentifier|clusterIdentifierPrefix", "dbSubnetGroupName"],
    replaceOn: [
      "clusterIdentifier",
      "databaseName",
      "dbSubnetGroupName",
      "engine",
      "engineMode",
      "kmsKeyId",
      "masterUsername",
      "sourceRegion",
      "storageEncrypted",
    ],
    outputs: (resource) => {
      const id = text(resource, "clusterIdentifier");
      const host = `${digest(resource.account + resource.region)}.${resource.region}.rds.amazonaws.com`;
      return {
        id,
        arn: arn("rds", "cluster", "clusterIdentifier")(resource),
        clusterResourceId: `cluster-${digest(id)}`,
        endpoint: `${id}.cluster-${host}`,
        readerEndpoint: `${id}.cluster-ro-${host}`,
        hostedZoneId: "Z1TTGA775OQIYO",
      };
    },
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    required: ["clusterIdentifier", "engine", "instanceClass"],
    replaceOn: [
      "availabilityZone",
      "clusterIdentifier",
      "dbSubnetGroupName",
      "engine",
      "identifier",
      "performanceInsightsKmsKeyId",
    ],
    outputs: (resource) => {
      const id = text(resource, "identifier");
      return {
        id,
        arn: arn("rds", "db", "identifier")(resource),
        endpoint: `${id}.${digest(resource.account + resource.region)}.${resource.region}.rds.amazonaws.com`,
        storageEncrypted: true,
      };
    },
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    required: ["subnetIds"],
    replaceOn: ["name"],
    outputs: (resource) => ({
      id: text(resource, "name"),
      arn: arn("rds", "subgrp", "name")(resource),
    }),
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
    required: ["family"],
    replaceOn: ["family", "name"],
    outputs: (resource) => ({
      id: text(resource, "name"),
      arn: arn("rds", "cluster-pg", "name")(resource),
    }),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    required: ["description", "replicationGroupId", "nodeType|globalReplicationGroupId"],
    replaceOn: [
      "atRestEncryptionEnabled",
      "kmsKeyId",
      "port",
      "replicationGroupId",
      "subnetGroupName",
    ],
    outputs: (resource) => {
      const id = text(resource, "replicationGroupId");
      const host = `${id}.${digest(resource.account)}`;
      return {
        id,
        arn: arn("elasticache", "replicationgroup", "replicationGroupId")(resource),
        primaryEndpointAddress: `master.${host}.${resource.region}.cache.amazonaws.com`,
        readerEndpointAddress: `replica.${host}.${resource.region}.cache.amazonaws.com`,
      };
    },
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    required: ["name", "subnetIds"],
    replaceOn: ["name"],
    outputs: (resource) => ({
      id: text(resource, "name"),
      arn: arn("elasticache", "subnetgroup", "name")(resource),
    }),
  },
  "aws:elasticache/user:User": {
    required: ["accessString", "engine", "userId", "userName", "authenticationMode|passwords"],
    replaceOn: ["userId", "userName"],
    outputs: (resource) => ({
      id: text(resource, "userId"),
      arn: arn("elasticache", "user", "userId")(resource),
    }),
  },
  "aws:elasticache/userGroup:UserGroup": {
    required: ["engine", "userGroupId"],
    replaceOn: ["userGroupId"],
    outputs: (resource) => ({
      id: text(resource, "userGroupId"),
      arn: arn("elasticache", "usergroup", "userGroupId")(resource),
    }),
  },
  "aws:secretsmanager/secret:Secret": {
    required: ["name|namePrefix"],
    replaceOn: ["name", "namePrefix"],
    outputs: secretOutputs,
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    required: ["secretId", "secretString|secretBinary"],
    replaceOn: ["secretId"],
    outputs: (resource) => {
      const secretId = text(resource, "secretId");
      const versionId = digest(secretId);
      return { id: `${secretId}|${versionId}`, arn: secretId, versionId };
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    required: ["comparisonOperator", "evaluationPeriods", "metricName|metricQueries", "name"],
    replaceOn: ["name"],
    outputs: (resource) => ({
      id: text(resource, "name"),
      arn: arn("cloudwatch", "alarm", "name")(resource),
    }),
  },
  "aws:sns/topic:Topic": {
    required: ["name"],
    replaceOn: ["name"],
    outputs: (resource) => {
      const whole = `arn:aws:sns:${resource.region}:${resource.account}:${text(resource, "name")}`;
      return { id: whole, arn: whole };
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    required: ["arn", "policy"],
    replaceOn: ["arn"],
    outputs: (resource) => ({ id: text(resource, "arn") }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    required: ["endpoint", "protocol", "topic"],
    replaceOn: ["endpoint", "protocol", "topic"],
    outputs: (resource) => {
      const whole = `${text(resource, "topic")}:${digest(text(resource, "endpoint"))}`;
      // An address is asked to confirm; until then the subscription is pending.
      return { id: whole, arn: whole, pendingConfirmation: true };
    },
  },
};

/** A secret's id is its ARN, which ends in six characters that AWS draws. */
function secretOutputs(resource: AwsResource) {
  const whole = arn("secretsmanager", "secret", "name")(resource);
  const id = `${whole}-${digest(whole).slice(0, 6)}`;
  return { id, arn: id };
}
