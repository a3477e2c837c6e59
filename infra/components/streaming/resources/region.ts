import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../../manifests/types";
import { charts } from "../../../plan/charts";
import { installChart } from "../../../resources/chart";
import { retainStorageClass } from "../../../providers/aws/cluster/manifests/storage";
import type {
  EksRegionOutputs,
  RegionNetworkOutputs,
} from "../../../providers/aws/resources/types";
import type { BrokersEdgePlan } from "../awsEdge";
import {
  authoritySecrets,
  clientsAuthority,
  clusterAuthority,
  mirrorSecret,
  type PemPair,
  type Secret,
} from "../manifests/certificates";
import { brokerPools, kafkaObject, nodePoolObject } from "../manifests/kafka";
import { clientSecret, clientStore } from "../manifests/clientSecrets";
import { mirrorObject } from "../manifests/mirror";
import { operatorName, operatorValues } from "../manifests/operatorChart";
import { strimziApi, type StrimziKind, type StrimziObject } from "../manifests/strimzi";
import { topicObject, userObject } from "../manifests/topics";
import { streamingName } from "../names";
import type { KafkaClusterPlan, StreamingPlan } from "../types";
import { BrokersEdge } from "./brokersEdge";

export interface RegionStreamingArgs {
  readonly environment: string;
  readonly plan: StreamingPlan;
  readonly cluster: KafkaClusterPlan;
  /** Volume of each broker. */
  readonly storage: string;
  /** Load balancer for the other regions. Absent: there are none. */
  readonly edge?: BrokersEdgePlan;
  readonly region: EksRegionOutputs;
  readonly network: RegionNetworkOutputs;
  /** Authorities of brokers and of clients, the same in every region. */
  readonly authorities: {
    readonly cluster: pulumi.Output<PemPair>;
    readonly clients: pulumi.Output<PemPair>;
  };
  /** Certificate of a user. */
  readonly pairOf: (user: string) => pulumi.Output<PemPair>;
  /** URL of a mirror that has all charts. Default: the publishers' repositories. */
  readonly mirror: string | undefined;
}

/** Kafka in one region: Strimzi's operator, brokers, topics, users, and the way to them from other regions. */
export class RegionStreaming extends pulumi.ComponentResource {
  /** Host name of the brokers for other regions. Absent: there are none. */
  readonly host?: pulumi.Output<string>;
  readonly namespace: pulumi.Resource;
  private readonly child: pulumi.CustomResourceOptions;
  private readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly resourceName: string,
    private readonly args: RegionStreamingArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:RegionStreaming", resourceName, {}, opts);
    const { region, edge, environment, network } = args;
    this.child = { parent: this, provider: region.provider, deletedWith: region.resource };
    this.namespace = new k8s.core.v1.Namespace(
      `${resourceName}-${streamingName}`,
      { metadata: { name: streamingName } },
      { ...this.child, dependsOn: [...region.ready] },
    );
    const operator = this.installOperator();
    const balancer =
      edge &&
      new BrokersEdge(
        resourceName,
        { environment, plan: edge, network, cluster: region },
        { parent: this },
      );
    if (balancer !== undefined) this.host = balancer.host;
    const kafka = this.createKafka(operator, balancer?.host);
    balancer?.lead([kafka]);
    this.ready = [kafka, ...this.createUsers(kafka)];
    this.createClientSecrets();
    this.registerOutputs({ host: this.host });
  }

  /** Starts the mirror, once every region has a load balancer. @param hosts their names, by region. */
  startMirror(hosts: pulumi.Output<Readonly<Record<string, string>>>): void {
    const { plan, cluster, authorities, pairOf } = this.args;
    const mirror = plan.mirrors.find(({ target }) => target === cluster.region);
    if (mirror === undefined) return;
    const secret = pulumi
      .all([authorities.cluster, pairOf(mirror.user)])
      .apply(([authority, pair]) => mirrorSecret(authority.certificate, pair));
    const certificate = this.createSecret("mirror-user", secret, this.ready);
    const object = hosts.apply((names) => mirrorObject(plan, mirror, names));
    this.create("mirror", "KafkaMirrorMaker2", object, [certificate, ...this.ready]);
  }

  private installOperator(): readonly pulumi.Resource[] {
    const { region, mirror } = this.args;
    const name = this.resourceName;
    const operator = installChart(
      `${name}-${operatorName}`,
      {
        cluster: region,
        chart: charts.strimzi,
        mirror,
        release: operatorName,
        namespace: streamingName,
        namespaceExists: true,
        values: operatorValues(),
      },
      { parent: this, dependsOn: [this.namespace, ...region.ready] },
    );
    return [this.namespace, operator];
  }

  private createKafka(
    operator: readonly pulumi.Resource[],
    host: pulumi.Output<string> | undefined,
  ): pulumi.Resource {
    const { plan, cluster, storage, authorities, edge } = this.args;
    const secrets = [
      ...this.createAuthority("cluster", clusterAuthority, authorities.cluster, operator),
      ...this.createAuthority("clients", clientsAuthority, authorities.clients, operator),
    ];
    const pools = brokerPools(cluster.brokers).map((pool) =>
      this.create(
        `pool-${pool.name}`,
        "KafkaNodePool",
        nodePoolObject(pool, storage, retainStorageClass),
        operator,
      ),
    );
    const object = pulumi
      .output(host)
      .apply((name) =>
        kafkaObject(
          plan,
          cluster,
          name === undefined || edge === undefined
            ? undefined
            : { host: name, loadBalancers: edge.network },
        ),
      );
    return this.create("kafka", "Kafka", object, [...secrets, ...pools]);
  }

  /** Topics and users. A topic that the configuration no longer has stays, with its records. */
  private createUsers(kafka: pulumi.Resource): readonly pulumi.Resource[] {
    const { topics, users } = this.args.cluster;
    for (const topic of topics)
      this.create(`topic-${topic.name}`, "KafkaTopic", topicObject(topic), [kafka], {
        retainOnDelete: true,
      });
    return users.map((user) =>
      this.create(`user-${user.name}`, "KafkaUser", userObject(user), [kafka]),
    );
  }

  /** The apps' certificates. They need no broker: an app's pod waits for its Secret. */
  private createClientSecrets(): void {
    const { environment, plan, region } = this.args;
    if (plan.apps.length === 0) return;
    const create = (manifest: Manifest, dependsOn: readonly pulumi.Resource[]) =>
      new k8s.apiextensions.CustomResource(
        `${this.resourceName}-${manifest.kind.toLowerCase()}-${manifest.metadata.name}`,
        manifest,
        { ...this.child, dependsOn: [...dependsOn] },
      );
    const store = create(clientStore(region.plan.name, plan.apps), region.ready);
    for (const app of plan.apps) create(clientSecret(environment, app), [store]);
  }

  private createAuthority(
    name: string,
    names: typeof clusterAuthority,
    pair: pulumi.Output<PemPair>,
    dependsOn: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    return (["certificate", "key"] as const).map((part, index) => {
      const secret = pair.apply((pem) => {
        const made = authoritySecrets(names, pem)[index];
        if (made === undefined) throw new RangeError(`an authority has no ${part}`);
        return made;
      });
      return this.createSecret(`${name}-${part}`, secret, dependsOn);
    });
  }

  private createSecret(
    name: string,
    secret: pulumi.Output<Secret>,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.Resource {
    return new k8s.core.v1.Secret(
      `${this.resourceName}-${streamingName}-${name}`,
      {
        metadata: secret.apply(({ metadata }) => metadata),
        stringData: secret.apply(({ stringData }) => stringData),
      },
      { ...this.child, dependsOn: [...dependsOn] },
    );
  }

  private create(
    name: string,
    kind: StrimziKind,
    object: pulumi.Input<StrimziObject<StrimziKind, unknown>>,
    dependsOn: readonly pulumi.Resource[],
    opts: pulumi.CustomResourceOptions = {},
  ): pulumi.Resource {
    const made = pulumi.output(object);
    return new k8s.apiextensions.CustomResource(
      `${this.resourceName}-${streamingName}-${name}`,
      {
        apiVersion: strimziApi,
        kind,
        metadata: made.apply(({ metadata }) => metadata),
        spec: made.apply(({ spec }) => spec),
      },
      { ...this.child, ...opts, dependsOn: [...dependsOn] },
    );
  }
}
