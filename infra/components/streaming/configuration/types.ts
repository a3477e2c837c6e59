/** Streaming as the other modules see it: validated, with the defaults that depend on no region applied. */

export interface StreamingConfig {
  /** Kafka brokers in each region: 1, or 3 and more. Default: 1 on local, 3 on AWS. */
  readonly brokers: number;
  /** Volume of each broker on AWS, a Kubernetes quantity. Absent on local. */
  readonly storage?: string;
  /** In the order of the file. */
  readonly topics: readonly TopicConfig[];
  readonly mirroring: MirroringConfig;
}

export interface TopicConfig {
  readonly name: string;
  readonly partitions: number;
  /** Default: 3, or fewer where there are fewer brokers or zones. */
  readonly replicationFactor?: number;
  /** Default: one less than the replication factor, at least 1. */
  readonly minInSyncReplicas?: number;
  /** delete: records expire; compact: the last record of each key stays. */
  readonly cleanup: "delete" | "compact";
  /** How long records stay, in milliseconds; -1 without limit. */
  readonly retentionMs: number;
  /** Apps that write. */
  readonly writers: readonly string[];
  /** Apps that read. */
  readonly readers: readonly string[];
}

export interface MirroringConfig {
  /** active-active: apps write in every region. active-passive: apps write in `source` until it is lost. */
  readonly mode: "active-active" | "active-passive";
  /** The region that apps write to; present if active-passive. */
  readonly source?: string;
  /** prefixed: a mirrored topic is `<region>.<topic>`. identity: it has the same name. */
  readonly names: "prefixed" | "identity";
  /** Default: from every region to every other, or from `source` to every other. */
  readonly flows?: readonly FlowConfig[];
  /** Target in seconds for how old a lost record, or a translated offset, may be. */
  readonly rpoSeconds: number;
}

export interface FlowConfig {
  readonly from: string;
  readonly to: string;
  /** Default: all topics. */
  readonly topics?: readonly string[];
}
