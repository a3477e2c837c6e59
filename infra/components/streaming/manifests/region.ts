import type { MirrorPlan, StreamingPlan } from "../types";
import { brokerPools, kafkaObject, nodePoolObject } from "./kafka";
import { mirrorObject } from "./mirror";
import type { Kafka, KafkaMirrorMaker2, KafkaNodePool, KafkaTopic, KafkaUser } from "./strimzi";
import { topicObject, userObject } from "./topics";

/** What Strimzi runs in one region. */
export interface RegionObjects {
  readonly kafka: Kafka;
  readonly pools: readonly KafkaNodePool[];
  readonly topics: readonly KafkaTopic[];
  readonly users: readonly KafkaUser[];
  /** Absent: the region receives no records of others. */
  readonly mirror?: KafkaMirrorMaker2;
}

export interface RegionObjectsArgs {
  /** Volume of each broker. */
  readonly storage: string;
  readonly storageClass: string;
  /** Range of the region's load balancers. */
  readonly loadBalancers: string;
  /** By region, the host name under which others reach its brokers; empty with one region. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** The objects of one region. @throws RangeError for a region without Kafka. */
export function regionObjects(
  plan: StreamingPlan,
  region: string,
  { storage, storageClass, loadBalancers, hosts }: RegionObjectsArgs,
): RegionObjects {
  const cluster = plan.clusters.find((one) => one.region === region);
  if (cluster === undefined) throw new RangeError(`${region} has no Kafka`);
  const host = hosts[region];
  const mirror = plan.mirrors.find(({ target }: MirrorPlan) => target === region);
  return {
    kafka: kafkaObject(plan, cluster, host === undefined ? undefined : { host, loadBalancers }),
    pools: brokerPools(cluster.brokers).map((pool) => nodePoolObject(pool, storage, storageClass)),
    topics: cluster.topics.map(topicObject),
    users: cluster.users.map(userObject),
    ...(mirror !== undefined && { mirror: mirrorObject(plan, mirror, hosts) }),
  };
}
