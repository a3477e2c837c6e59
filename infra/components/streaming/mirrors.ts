import type { Environment } from "../../config/types";
import type { StreamingConfig } from "./configuration/types";
import { groupPrefix, mirrorUserName } from "./names";
import type { Flow } from "./configuration/replication";
import type { KafkaSettings, MirrorFlowPlan, MirrorPlan, ReplicationPolicy } from "./types";

export interface MirrorArgs {
  readonly environment: Environment;
  readonly streaming: StreamingConfig;
  readonly flows: readonly Flow[];
  /** Replication factor of the topics that a mirror creates. */
  readonly replication: number;
}

/** Plans one mirror for each region that receives records, in configuration order. */
export function planMirrors(args: MirrorArgs): readonly MirrorPlan[] {
  return args.environment.regions.flatMap(({ name: target }) => {
    const flows = args.flows.filter(({ to }) => to === target);
    if (flows.length === 0) return [];
    return [
      {
        target,
        user: mirrorUserName(target),
        worker: workerConfig(args.replication),
        flows: flows.map((flow) => planFlow(flow, args)),
      },
    ];
  });
}

/** A mirror has a backlog after every disturbance: a batch then has many records, and otherwise those of one linger time. */
const mirrorBatchBytes = 128 * 1024;

/** After a restart, a mirror copies again at most the records of one flush interval. */
function workerConfig(replication: number): KafkaSettings {
  const factor = String(replication);
  return {
    "offset.flush.interval.ms": "1000",
    "config.storage.replication.factor": factor,
    "offset.storage.replication.factor": factor,
    "status.storage.replication.factor": factor,
    "producer.acks": "all",
    "producer.enable.idempotence": "true",
    // Connect's own default is one. An idempotent producer preserves the order with up to five.
    "producer.max.in.flight.requests.per.connection": "5",
    // Clients of every language can read it.
    "producer.compression.type": "lz4",
    "producer.linger.ms": "20",
    "producer.batch.size": String(mirrorBatchBytes),
  };
}

function planFlow(
  { from, topics }: Flow,
  { environment, streaming, replication }: MirrorArgs,
): MirrorFlowPlan {
  const declared = streaming.topics.filter(({ name }) => topics.includes(name));
  const apps = [...new Set(declared.flatMap(({ readers }) => readers))].sort();
  const partitions = declared.reduce((sum, topic) => sum + topic.partitions, 0);
  const policy = policyOf(streaming);
  return {
    from,
    topics,
    apps,
    topicsPattern: topics.map(literal).join("|"),
    groupsPattern: apps.map((app) => `${app}|${literal(groupPrefix(app))}.+`).join("|"),
    policy,
    tasksMax: environment.provider === "local" ? 1 : Math.min(4, partitions),
    source: sourceConfig(policy, streaming.mirroring.rpoSeconds, replication),
    checkpoint: checkpointConfig(policy, streaming.mirroring.rpoSeconds, replication),
  };
}

function policyOf({ mirroring }: StreamingConfig): ReplicationPolicy {
  return mirroring.names === "identity"
    ? "org.apache.kafka.connect.mirror.IdentityReplicationPolicy"
    : "org.apache.kafka.connect.mirror.DefaultReplicationPolicy";
}

/** A regular expression for exactly this text. Topics have no special character except the dot. */
function literal(text: string): string {
  return text.replaceAll(".", "[.]");
}

/**
 * Settings of the connector that copies records. Its offset syncs are in the target region: they survive the loss of the source, and
 * the mirror needs no permission to write there.
 */
function sourceConfig(policy: ReplicationPolicy, rpo: number, replication: number): KafkaSettings {
  const factor = String(replication);
  return {
    "replication.policy.class": policy,
    "replication.factor": factor,
    "offset-syncs.topic.location": "target",
    "offset-syncs.topic.replication.factor": factor,
    // Every batch of records gets an offset sync: a translated offset is as close as possible to the group's own.
    "offset.lag.max": "0",
    "refresh.topics.interval.seconds": String(refreshSeconds(rpo)),
    "sync.topic.configs.enabled": "true",
    // The ACLs of mirrored topics are planned; copied ones would be those of another region.
    "sync.topic.acls.enabled": "false",
    "emit.heartbeats.enabled": "false",
    "consumer.auto.offset.reset": "earliest",
    // The system's own, which grows: Kafka's default of 64 KiB is at most 0.8 MB/s from a region that is 80 ms away.
    "consumer.receive.buffer.bytes": "-1",
    // At a low rate, one request for the records of 50 ms instead of one for each batch of a producer.
    "consumer.fetch.min.bytes": "65536",
    "consumer.fetch.max.wait.ms": "50",
    "consumer.max.poll.records": "2000",
  };
}

/** Settings of the connector that translates the offsets of consumer groups. */
function checkpointConfig(
  policy: ReplicationPolicy,
  rpo: number,
  replication: number,
): KafkaSettings {
  const interval = String(checkpointSeconds(rpo));
  return {
    "replication.policy.class": policy,
    "checkpoints.topic.replication.factor": String(replication),
    "offset-syncs.topic.location": "target",
    "emit.checkpoints.enabled": "true",
    "emit.checkpoints.interval.seconds": interval,
    "sync.group.offsets.enabled": "true",
    "sync.group.offsets.interval.seconds": interval,
    "refresh.groups.interval.seconds": String(refreshSeconds(rpo)),
  };
}

/** An offset waits for a checkpoint and then for its sync: both intervals together are within the objective. */
export function checkpointSeconds(rpo: number): number {
  return Math.max(1, Math.floor(rpo / 2));
}

/** A new partition or a new group is found within the objective, but not by more than one listing in five seconds. */
export function refreshSeconds(rpo: number): number {
  return Math.max(5, Math.min(rpo, 600));
}
