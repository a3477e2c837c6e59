import { versionOf } from "../../catalog/versions";
import type { Environment, RegionConfig } from "../../config/types";
import { zoneName } from "../../plan/names";
import { planClient } from "./client";
import { streamingSection } from "./configuration";
import type { StreamingConfig, TopicConfig } from "./configuration/types";
import { planMirrors } from "./mirrors";
import { kafkaName } from "./names";
import { defaultMinInSync, defaultReplicationFactor, flowsOf } from "./configuration/replication";
import type { BrokerPlan, KafkaSettings, StreamingPlan, TopicPlan } from "./types";
import { planUsers } from "./users";

export type * from "./types";

/** Kafka version of brokers, mirrors and tools: the newest that both Strimzi 1.2 and Maven Central have. */
export const kafkaVersion = versionOf("kafka");

/** Most nodes of a cluster that are controllers: three survive the loss of one. */
const mostControllers = 3;

/** Plans Kafka in all regions; undefined if the environment has none. Pure. */
export function planStreaming(environment: Environment): StreamingPlan | undefined {
  const { streaming } = streamingSection.of(environment);
  if (streaming === undefined) return undefined;
  const regions = environment.regions.map(({ name }) => name);
  const names = streaming.topics.map(({ name }) => name);
  const replication = replicationOf(environment, streaming);
  const flows = flowsOf(regions, names, streaming.mirroring).filter(
    ({ topics }) => topics.length > 0,
  );
  const mirrors = planMirrors({ environment, streaming, flows, replication });
  return {
    kafkaVersion,
    clusters: environment.regions.map((region) => ({
      region: region.name,
      name: kafkaName,
      brokers: planBrokers(region, streaming.brokers),
      config: brokerConfig(replication),
      topics: streaming.topics.map((topic) => planTopic(topic, replication)),
      users: planUsers(region.name, streaming, mirrors),
    })),
    mirrors,
    clients: regions.map((region) => planClient(region, regions, streaming.mirroring.source)),
    apps: distinct(streaming.topics.flatMap(({ writers, readers }) => [...writers, ...readers])),
  };
}

function replicationOf({ regions }: Environment, { brokers }: StreamingConfig): number {
  const zones = Math.min(...regions.map((region) => region.zones.length));
  return defaultReplicationFactor(brokers, zones);
}

/** Brokers take the zones in turn, so that no zone has more than its share. */
function planBrokers({ name, zones }: RegionConfig, count: number): readonly BrokerPlan[] {
  const controllers = Math.min(count, mostControllers);
  return Array.from({ length: count }, (_, id) => ({
    id,
    zone: zoneName(name, zones[id % zones.length] ?? ""),
    controller: id < controllers,
  }));
}

/** Kafka's internal topics, and topics that a mirror creates, get the same replication as the platform's topics. */
function brokerConfig(replication: number): KafkaSettings {
  const factor = String(replication);
  const inSync = String(defaultMinInSync(replication));
  return {
    "auto.create.topics.enable": "false",
    "default.replication.factor": factor,
    "min.insync.replicas": inSync,
    "offsets.topic.replication.factor": factor,
    "transaction.state.log.replication.factor": factor,
    "transaction.state.log.min.isr": inSync,
    "share.coordinator.state.topic.replication.factor": factor,
    "share.coordinator.state.topic.min.isr": inSync,
    // A replica that lacks records never becomes leader: acknowledged records are not lost.
    "unclean.leader.election.enable": "false",
    // The system's own, which grows: Kafka's default of 100 KiB is at most 1.3 MB/s to a mirror that is 80 ms away.
    "socket.send.buffer.bytes": "-1",
    // Consumers read from a replica in their own zone.
    "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
  };
}

function planTopic(topic: TopicConfig, replication: number): TopicPlan {
  const { name, partitions, cleanup, replicationFactor = replication } = topic;
  const { minInSyncReplicas = defaultMinInSync(replicationFactor) } = topic;
  return {
    name,
    partitions,
    replicationFactor,
    config: {
      "cleanup.policy": cleanup,
      "min.insync.replicas": String(minInSyncReplicas),
      ...(cleanup === "delete" && { "retention.ms": String(topic.retentionMs) }),
    },
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
