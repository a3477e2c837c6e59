import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalService, ownService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";
import type { Cluster, Region } from "../../../resources/foundation";
import { aclRules, describeRules } from "../aclRules";
import type { KafkaStorageInputs } from "../handlers/kafkaStorage";
import { kafkaLibraryFile } from "../handlers/kafkaClient";
import { adminUser, monitorName, monitorPort, monitorUser } from "../localNames";
import { userSecretData } from "../manifests/certificates";
import { kafkaFiles } from "../manifests/localKafka";
import {
  type BrokerProcess,
  brokerProcesses,
  deleteCommand,
  identitiesOf,
  type KafkaMachine,
  type KafkaProcess,
  localBootstrap,
  mirrorProcess,
  monitored,
  serversOf,
} from "../manifests/localProcesses";
import { principalOf } from "../names";
import type { KafkaClusterPlan, StreamingPlan } from "../types";
import { AppClients } from "./appClients";
import { Identities } from "./identities";
import { kafkaMachine } from "./localMachine";

export interface LocalStreamingArgs {
  readonly context: LocalContext;
  readonly plan: StreamingPlan;
  readonly regions: readonly Region[];
  /** Karmada, which copies the apps' settings and certificates. It may be used once `federationReady` exists. */
  readonly federation: Cluster;
  readonly federationReady: readonly pulumi.Resource[];
}

/** Kafka on this machine: real brokers in each region, their topics and permissions, and the mirrors between them. */
export class LocalStreaming extends pulumi.ComponentResource {
  private readonly args: LocalStreamingArgs;
  private readonly identities: Identities;
  private readonly machine: KafkaMachine;

  constructor(name: string, args: LocalStreamingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Streaming", name, {}, opts);
    const { context, plan } = args;
    this.args = args;
    this.machine = kafkaMachine(context.instance, context.ports);
    this.identities = new Identities(`${name}-ca`, identitiesOf(plan), { parent: this });
    const topics = plan.clusters.map((cluster) => this.createTopics(cluster));
    // A mirror needs the topics and its permissions.
    for (const mirror of plan.mirrors)
      this.start(mirrorProcess(mirror, plan, this.machine), [
        ...this.beside(mirror.target),
        ...topics,
      ]);
    this.startMonitor();
    this.createClients();
    this.registerOutputs({});
  }

  private createClients(): void {
    const { plan, federation, federationReady } = this.args;
    new AppClients(
      "streaming-clients",
      {
        ...{ plan, federation, federationReady },
        bootstrap: localBootstrap(plan, this.machine),
        secretOf: (app) =>
          pulumi
            .all([this.identities.authority, this.identities.pair(app)])
            .apply(([authority, pair]) => userSecretData(authority, pair)),
      },
      { parent: this },
    );
  }

  /** It needs no broker: it reports those that do not answer. */
  private startMonitor(): void {
    const { context, plan } = this.args;
    const port = this.machine.port(monitorPort);
    const regions = Object.fromEntries(
      plan.clusters.map(({ region }) => [region, serversOf(plan, region, this.machine)]),
    );
    const planned = monitored(plan);
    const config = pulumi
      .all([this.identities.authority, this.identities.pairs])
      .apply(([authority, pairs]) =>
        JSON.stringify({
          ...{ port, library: kafkaLibraryFile(), regions, ...planned },
          identity: { authority, ...pairs[monitorUser] },
        }),
      );
    new LocalService(
      monitorName,
      {
        context,
        ...ownService(monitorName, this.machine.folder(monitorName), 64),
        files: { "config.json": pulumi.secret(config) },
        ports: [port],
        readyUrl: `http://127.0.0.1:${port}/healthz`,
      },
      { parent: this },
    );
  }

  private createTopics(cluster: KafkaClusterPlan): pulumi.Resource {
    const { region } = cluster;
    const brokers = brokerProcesses(cluster, this.machine).map((broker) =>
      this.start(broker, [this.format(broker)]),
    );
    const servers = serversOf(this.args.plan, region, this.machine);
    const access = pulumi
      .all([this.identities.authority, this.identities.pairs])
      .apply(([authority, pairs]) => ({ servers, authority, ...pairs[adminUser] }));
    return new KafkaTopics(
      `kafka-${region}`,
      {
        region,
        access: pulumi.secret(access),
        topics: cluster.topics,
        acls: [...aclRules(cluster.users), ...describeRules(principalOf(monitorUser))],
        deleteCommand: deleteCommand(this.args.plan, region, this.machine),
      },
      { parent: this, dependsOn: brokers },
    );
  }

  private format({ name, region, storage }: BrokerProcess): pulumi.Resource {
    const { home, instance } = this.args.context;
    return new KafkaStorage(
      name,
      { home, environment: instance.environment, name, ...this.machine.tools, ...storage },
      { parent: this, dependsOn: this.beside(region) },
    );
  }

  private start(process: KafkaProcess, dependsOn: pulumi.Resource[]): LocalService {
    const { name, command, variables, ports } = process;
    const files: Record<string, pulumi.Input<string>> = { ...process.files };
    for (const [folder, user] of Object.entries(process.identities)) {
      files[path.join(folder, kafkaFiles.identity)] = this.identities.pem(user);
      files[path.join(folder, kafkaFiles.authority)] = this.identities.authority;
    }
    const { context } = this.args;
    return new LocalService(
      name,
      { context, command, variables, files, ports },
      { parent: this, dependsOn },
    );
  }

  /** A deleted cluster's ports are released: the processes of its region end first. */
  private beside(region: string): pulumi.Resource[] {
    const found = this.args.regions.filter(({ plan }) => plan.name === region);
    return found.map(({ resource }) => resource);
  }
}

class KafkaStorage extends pulumi.CustomResource {
  constructor(name: string, inputs: KafkaStorageInputs, opts: pulumi.CustomResourceOptions) {
    super("meridian:local:KafkaStorage", name, { ...inputs }, opts);
  }
}

class KafkaTopics extends pulumi.CustomResource {
  constructor(
    name: string,
    inputs: pulumi.Inputs & { readonly region: string },
    opts: pulumi.CustomResourceOptions,
  ) {
    super("meridian:local:KafkaTopics", name, { ...inputs, created: undefined }, opts);
  }
}
