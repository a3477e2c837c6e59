import { fingerprint } from "../../../manifests/charts";
import { kafkaName, streamingName } from "../names";
import type { TopicPlan, UserPlan } from "../types";
import { clusterLabel } from "./labels";
import { type KafkaTopic, type KafkaUser, strimziApi } from "./strimzi";

/** Name of a topic's object: the topic's own if Kubernetes accepts it, else one with a hash. */
export function topicObjectName(topic: string): string {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(topic))
    return topic;
  const plain = topic
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 200);
  return [plain, fingerprint(topic)].filter((part) => part !== "").join("-");
}

/** A topic of one region. */
export function topicObject({
  name,
  partitions,
  replicationFactor,
  config,
}: TopicPlan): KafkaTopic {
  return {
    apiVersion: strimziApi,
    kind: "KafkaTopic",
    metadata: ownedBy(topicObjectName(name)),
    spec: { topicName: name, partitions, replicas: replicationFactor, config },
  };
}

/** A user of one region. Its certificate is the same in every region; its ACLs are those of the region. */
export function userObject({ name, acls }: UserPlan): KafkaUser {
  return {
    apiVersion: strimziApi,
    kind: "KafkaUser",
    metadata: ownedBy(name),
    spec: {
      authentication: { type: "tls-external" },
      authorization: { type: "simple", acls },
    },
  };
}

function ownedBy(name: string) {
  return { name, namespace: streamingName, labels: { [clusterLabel]: kafkaName } };
}
