import { createHash } from "node:crypto";
import * as path from "node:path";
import {
  adminUser,
  brokerName,
  brokerPort,
  brokerUser,
  controllerPort,
  mirrorName,
  monitorUser,
} from "../localNames";
import type { BrokerPlan, KafkaClusterPlan, MirrorPlan, StreamingPlan } from "../types";
import type { RegionBootstrap } from "./client";
import {
  administrator,
  brokerProperties,
  javaCommand,
  kafkaFiles,
  type KafkaId,
  type KafkaTools,
  loggingProperties,
  mirrorProperties,
  tlsSettings,
} from "./localKafka";
import { properties } from "./properties";

/** This machine, as processes are started on it. */
export interface KafkaMachine {
  readonly environment: string;
  readonly tools: KafkaTools;
  /** Folder of a process's files. */
  readonly folder: (name: string) => string;
  /** Folder of a broker's records. It stays when the broker is removed from the configuration. */
  readonly data: (name: string) => string;
  /** Number of a port. */
  readonly port: (name: string) => number;
}

/** A process of Kafka. */
export interface KafkaProcess {
  readonly name: string;
  readonly region: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Content by path in its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** By subfolder ("" is its folder itself), the user whose certificate and key belong there, with the authority's certificate. */
  readonly identities: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** A broker, and what formats its storage. */
export interface BrokerProcess extends KafkaProcess {
  readonly storage: {
    readonly clusterId: KafkaId;
    /** The first controllers, as `id@host:port:directoryId`. */
    readonly controllers: readonly string[];
    readonly settings: string;
  };
}

/** Limits of the heaps, MiB. */
const heaps = { broker: 256, mirror: 160 } as const;

/** A thread's own arena of the C library would hold memory that it has returned. */
const variables = { MALLOC_ARENA_MAX: "2" };

const administratorSettings = `${administrator}/client.properties`;

/** The brokers of a region. */
export function brokerProcesses(cluster: KafkaClusterPlan, machine: KafkaMachine): BrokerProcess[] {
  return cluster.brokers.map((broker) => brokerProcess(cluster, broker, machine));
}

function brokerProcess(
  cluster: KafkaClusterPlan,
  broker: BrokerPlan,
  machine: KafkaMachine,
): BrokerProcess {
  const { region } = cluster;
  const name = brokerName(region, broker.id);
  const folder = machine.folder(name);
  const settings = brokerProperties({
    ...{ cluster, broker, folder, data: machine.data(name) },
    clientPort: (id) => machine.port(brokerPort(region, id)),
    controllerPort: (id) => machine.port(controllerPort(region, id)),
  });
  const ports = [
    brokerPort(region, broker.id),
    ...(broker.controller ? [controllerPort(region, broker.id)] : []),
  ];
  return {
    ...{ name, region, variables },
    command: [
      ...javaCommand(machine.tools, folder, heaps.broker),
      "kafka.Kafka",
      path.join(folder, kafkaFiles.broker),
    ],
    files: {
      [kafkaFiles.logging]: loggingProperties,
      [kafkaFiles.broker]: settings,
      // For Kafka's own commands.
      [administratorSettings]: properties({
        "security.protocol": "SSL",
        ...tlsSettings(path.join(folder, administrator)),
      }),
    },
    identities: { "": brokerUser(region), [administrator]: adminUser },
    ports: ports.map(machine.port),
    storage: {
      clusterId: kafkaId(`${machine.environment}/${region}`),
      controllers: controllersOf(cluster, machine),
      settings,
    },
  };
}

function controllersOf({ region, brokers }: KafkaClusterPlan, machine: KafkaMachine): string[] {
  return brokers
    .filter(({ controller }) => controller)
    .map(({ id }) => {
      const port = machine.port(controllerPort(region, id));
      return `${id}@127.0.0.1:${port}:${kafkaId(`${machine.environment}/${region}/${id}`)}`;
    });
}

/** The MirrorMaker of a region. */
export function mirrorProcess(
  mirror: MirrorPlan,
  plan: StreamingPlan,
  machine: KafkaMachine,
): KafkaProcess {
  const name = mirrorName(mirror.target);
  const folder = machine.folder(name);
  const bootstrap = (region: string) => serversOf(plan, region, machine).join(",");
  return {
    ...{ name, region: mirror.target, variables },
    command: [
      ...javaCommand(machine.tools, folder, heaps.mirror),
      "org.apache.kafka.connect.mirror.MirrorMaker",
      ...[path.join(folder, kafkaFiles.mirror), "--clusters", mirror.target],
    ],
    files: {
      [kafkaFiles.logging]: loggingProperties,
      [kafkaFiles.mirror]: mirrorProperties({ mirror, folder, bootstrap }),
    },
    identities: { "": mirror.user },
    ports: [],
  };
}

/** Bootstrap servers of a region, as "host:port". */
export function serversOf(plan: StreamingPlan, region: string, machine: KafkaMachine): string[] {
  const cluster = plan.clusters.find((one) => one.region === region);
  return (cluster?.brokers ?? []).map(
    ({ id }) => `127.0.0.1:${machine.port(brokerPort(region, id))}`,
  );
}

/** Addresses of all regions' brokers: those of this machine are the same for every client. */
export function localBootstrap(
  plan: StreamingPlan,
  machine: KafkaMachine,
): Readonly<Record<string, RegionBootstrap>> {
  return Object.fromEntries(
    plan.clusters.map(({ region }) => {
      const servers = serversOf(plan, region, machine).join(",");
      return [region, { own: servers, others: servers }];
    }),
  );
}

/** Command that deletes the topic `TOPIC` of a region. */
export function deleteCommand(plan: StreamingPlan, region: string, machine: KafkaMachine): string {
  const settings = path.join(machine.folder(brokerName(region, 0)), administratorSettings);
  const { java, kafka } = machine.tools;
  const servers = serversOf(plan, region, machine).join(",");
  return (
    `${java} -cp '${kafka}/*' org.apache.kafka.tools.TopicCommand --bootstrap-server ${servers} ` +
    `--command-config ${settings} --delete --topic TOPIC`
  );
}

/** What the monitor compares the regions' state with: their brokers, and the flows to each. */
export function monitored({ clusters, mirrors }: StreamingPlan) {
  return {
    brokers: Object.fromEntries(clusters.map(({ region, brokers }) => [region, brokers.length])),
    flows: Object.fromEntries(
      mirrors.map(({ target, flows }) => [
        target,
        flows.map(({ from, policy, topics }) => ({ from, policy, topics })),
      ]),
    ),
  };
}

/** Everyone that has a certificate: brokers, mirrors, apps, administrator, monitor. Only servers have hosts. */
export function identitiesOf({ clusters, mirrors, apps }: StreamingPlan) {
  const hosts = ["127.0.0.1", "localhost"];
  const clients = [adminUser, monitorUser, ...mirrors.map(({ user }) => user), ...apps];
  return [
    ...clusters.map(({ region }) => ({ name: brokerUser(region), hosts })),
    ...clients.map((name) => ({ name, hosts: [] as string[] })),
  ];
}

/** 16 bytes that depend on a text only, as Kafka writes IDs. Kafka refuses an ID that begins with a hyphen. */
export function kafkaId(text: string): KafkaId {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  return bytes.toString("base64url").replace(/^-/, "A");
}
