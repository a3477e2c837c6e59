import * as path from "node:path";
import { adminUser, brokerUser } from "../localNames";
import { principalOf } from "../names";
import type { BrokerPlan, KafkaClusterPlan, KafkaSettings, MirrorPlan } from "../types";
import { properties } from "./properties";

/** Files in the folder of each process. */
export const kafkaFiles = {
  /** Certificate and key. */
  identity: "identity.pem",
  authority: "authority.pem",
  logging: "log4j2.properties",
  broker: "server.properties",
  mirror: "mirror.properties",
} as const;

/** Folder in that of a broker with the administrator's certificate and settings. */
export const administrator = "admin";

/** Log4j's configuration: warnings to the output, which the supervisor stores. */
export const loggingProperties = properties({
  "appender.console.type": "Console",
  "appender.console.name": "console",
  "appender.console.layout.type": "PatternLayout",
  "appender.console.layout.pattern": "%d %p %c{1}: %m%n",
  "rootLogger.level": "warn",
  "rootLogger.appenderRef.console.ref": "console",
});

/** Java, and the folder of Kafka's jars. */
export interface KafkaTools {
  readonly java: string;
  readonly kafka: string;
}

/**
 * Command of one of Kafka's programs. For a process that serves little, the first compiler is enough: measured, it takes half of the
 * CPU time of a start, and a fifth of the memory.
 * @param heapMiB Limit of its heap.
 */
export function javaCommand(
  { java, kafka }: KafkaTools,
  folder: string,
  heapMiB: number,
): readonly string[] {
  return [
    java,
    `-Xmx${heapMiB}m`,
    "-Xms32m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    `-XX:ErrorFile=${path.join(folder, "error.log")}`,
    `-Dlog4j2.configurationFile=${path.join(folder, kafkaFiles.logging)}`,
    "-cp",
    path.join(kafka, "*"),
  ];
}

/** Cluster ID and directory IDs are 16 bytes in URL-safe base64, as Kafka prints them. */
export type KafkaId = string;

export interface LocalBrokerArgs {
  readonly cluster: KafkaClusterPlan;
  readonly broker: BrokerPlan;
  /** Folder of its files. */
  readonly folder: string;
  /** Folder of its records. */
  readonly data: string;
  /** Number of a broker's port, by its id. */
  readonly clientPort: (id: number) => number;
  readonly controllerPort: (id: number) => number;
}

/** Settings of a broker on this machine. */
export function brokerProperties(args: LocalBrokerArgs): string {
  const { cluster, broker, folder } = args;
  const clients = `CLIENTS://127.0.0.1:${args.clientPort(broker.id)}`;
  const controller = `CONTROLLER://127.0.0.1:${args.controllerPort(broker.id)}`;
  const listeners = broker.controller ? `${clients},${controller}` : clients;
  return properties({
    ...cluster.config,
    "node.id": String(broker.id),
    "broker.rack": broker.zone,
    "process.roles": broker.controller ? "broker,controller" : "broker",
    "controller.quorum.bootstrap.servers": cluster.brokers
      .filter((one) => one.controller)
      .map(({ id }) => `127.0.0.1:${args.controllerPort(id)}`)
      .join(","),
    "log.dirs": args.data,
    listeners,
    "advertised.listeners": listeners,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENTS",
    "listener.security.protocol.map": "CLIENTS:SSL,CONTROLLER:SSL",
    "ssl.client.auth": "required",
    ...tlsSettings(folder),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "false",
    "super.users": [brokerUser(cluster.region), adminUser].map(principalOf).join(";"),
    ...smallBroker,
  });
}

/** One machine runs the brokers of all regions, for few clients. */
const smallBroker: KafkaSettings = {
  "num.network.threads": "2",
  "num.io.threads": "4",
  "num.replica.fetchers": "1",
  "offsets.topic.num.partitions": "8",
  "transaction.state.log.num.partitions": "4",
  "share.coordinator.state.topic.num.partitions": "2",
  "log.cleaner.dedupe.buffer.size": "8388608",
  // The first consumer of a group does not wait for others.
  "group.initial.rebalance.delay.ms": "0",
};

/** Settings of both sides of mutual TLS, with the PEM files in a process's folder. */
export function tlsSettings(folder: string): KafkaSettings {
  return {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": path.join(folder, kafkaFiles.identity),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": path.join(folder, kafkaFiles.authority),
    "ssl.enabled.protocols": "TLSv1.3",
  };
}

export interface LocalMirrorArgs {
  readonly mirror: MirrorPlan;
  readonly folder: string;
  /** Bootstrap servers of a region. */
  readonly bootstrap: (region: string) => string;
}

/** Settings of a dedicated MirrorMaker, which runs the flows to its own region only. */
export function mirrorProperties({ mirror, folder, bootstrap }: LocalMirrorArgs): string {
  const { target, flows, worker } = mirror;
  const regions = [target, ...new Set(flows.map(({ from }) => from))];
  return properties({
    clusters: regions.join(","),
    ...Object.fromEntries(
      regions.map((region) => [`${region}.bootstrap.servers`, bootstrap(region)]),
    ),
    "security.protocol": "SSL",
    ...tlsSettings(folder),
    "emit.heartbeats.enabled": "false",
    // A worker gets the settings of the region that it writes to.
    ...prefixed(`${target}.`, { ...smallWorker, ...worker }),
    ...Object.fromEntries(flows.flatMap((flow) => Object.entries(flowSettings(target, flow)))),
  });
}

function flowSettings(target: string, flow: MirrorPlan["flows"][number]): KafkaSettings {
  const settings = {
    ...flow.source,
    ...flow.checkpoint,
    enabled: "true",
    topics: flow.topicsPattern,
    groups: flow.groupsPattern,
    "tasks.max": String(flow.tasksMax),
  };
  return prefixed(`${flow.from}->${target}.`, settings);
}

const smallWorker: KafkaSettings = {
  // Its connectors are in its own jars: a search of all jars takes seconds and memory.
  "plugin.discovery": "service_load",
  "offset.storage.partitions": "1",
  "status.storage.partitions": "1",
};

function prefixed(prefix: string, settings: KafkaSettings): KafkaSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`${prefix}${key}`, value]),
  );
}
