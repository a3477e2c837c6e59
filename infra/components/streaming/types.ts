/** The plan of the streaming component: plain data, from which Strimzi's objects and the local processes are both made. */

/** Settings by Kafka's own names. */
export type KafkaSettings = Readonly<Record<string, string>>;

export interface StreamingPlan {
  /** Kafka version of brokers, mirrors and tools, e.g. "4.3.1". */
  readonly kafkaVersion: string;
  /** One for each region, in configuration order. */
  readonly clusters: readonly KafkaClusterPlan[];
  /** One for each region that receives records of other regions. */
  readonly mirrors: readonly MirrorPlan[];
  /** One for each region, in configuration order. */
  readonly clients: readonly ClientPlan[];
  /** Apps that read or write a topic, sorted. */
  readonly apps: readonly string[];
}

/** The Kafka cluster of one region. */
export interface KafkaClusterPlan {
  readonly region: string;
  readonly name: string;
  readonly brokers: readonly BrokerPlan[];
  /** Settings of every broker that do not depend on where it runs. */
  readonly config: KafkaSettings;
  /** Topics that the platform creates. A mirror creates those that it mirrors under another name. */
  readonly topics: readonly TopicPlan[];
  /** Users with access to this cluster: apps first, then mirrors. Everything that no ACL allows is denied. */
  readonly users: readonly UserPlan[];
}

export interface BrokerPlan {
  /** Node id in KRaft, from 0. */
  readonly id: number;
  /** Full name of the zone, which is also the broker's rack. */
  readonly zone: string;
  /** Whether the node is also a controller: three nodes are, or the only one. */
  readonly controller: boolean;
}

export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: KafkaSettings;
}

export interface UserPlan {
  readonly kind: "app" | "mirror";
  /** Common name of its client certificate: the app's name, or `mirror.<target region>`. */
  readonly name: string;
  /** "User:CN=<name>". */
  readonly principal: string;
  readonly acls: readonly AclPlan[];
}

/** Allowed operations on one resource, from any host. */
export interface AclPlan {
  readonly resource: {
    readonly type: "topic" | "group";
    readonly name: string;
    readonly patternType: "literal" | "prefix";
  };
  /** Sorted, by Strimzi's names. */
  readonly operations: readonly AclOperation[];
}

export type AclOperation =
  "Alter" | "AlterConfigs" | "Create" | "Describe" | "DescribeConfigs" | "Read" | "Write";

/** One MirrorMaker: it runs in the region that it writes to, so that the loss of a source region does not stop it. */
export interface MirrorPlan {
  /** The region that it runs in and writes to. */
  readonly target: string;
  /** Its user in its own region and in the source regions. */
  readonly user: string;
  /** Settings of the Connect worker, without prefix. */
  readonly worker: KafkaSettings;
  /** One for each source region. */
  readonly flows: readonly MirrorFlowPlan[];
}

/** Records of one region that a mirror copies into its own. */
export interface MirrorFlowPlan {
  readonly from: string;
  /** Names in the source region, sorted. */
  readonly topics: readonly string[];
  /** Apps whose consumer groups are translated: the readers of the topics, sorted. */
  readonly apps: readonly string[];
  /** Regular expressions of the topics and of the consumer groups. They contain no comma and no backslash. */
  readonly topicsPattern: string;
  readonly groupsPattern: string;
  /** Class of the policy that names the topics in the target region. */
  readonly policy: ReplicationPolicy;
  /** Most tasks that copy records. */
  readonly tasksMax: number;
  /** Settings of MirrorSourceConnector. A dedicated MirrorMaker gets both maps as one. */
  readonly source: KafkaSettings;
  /** Settings of MirrorCheckpointConnector. */
  readonly checkpoint: KafkaSettings;
}

export type ReplicationPolicy =
  | "org.apache.kafka.connect.mirror.DefaultReplicationPolicy"
  | "org.apache.kafka.connect.mirror.IdentityReplicationPolicy";

/** Defaults of the Kafka clients in one region. */
export interface ClientPlan {
  readonly region: string;
  /** The other regions, in the order in which a client tries them while no broker of its own region answers. */
  readonly fallbacks: readonly string[];
  /** The only region that apps write to. Absent: they write in each. */
  readonly source?: string;
  /** Settings of every client. */
  readonly common: KafkaSettings;
  /** Settings of producers, in addition to `common`. */
  readonly producer: KafkaSettings;
  /** Settings of consumers, in addition to `common`. */
  readonly consumer: KafkaSettings;
}
