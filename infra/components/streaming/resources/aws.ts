import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformPlan } from "../../../plan/types";
import { awsEnvironmentOf } from "../../../providers/aws/plan";
import { ofRegion } from "../../../providers/aws/resources/ofRegion";
import type {
  EksRegionOutputs,
  RegionNetworkOutputs,
  RegionProviders,
  RegionSharedOutputs,
} from "../../../providers/aws/resources/types";
import type { Cluster } from "../../../resources/foundation";
import { planBrokersEdge } from "../awsEdge";
import { appEgressPolicy } from "../manifests/appEgress";
import { streamingSection } from "../configuration";
import { type PemPair, userSecretData } from "../manifests/certificates";
import type { RegionBootstrap } from "../manifests/client";
import { clientSecretName } from "../manifests/clientSecrets";
import { ownBootstrap, regionsBootstrap } from "../manifests/endpoints";
import { planStreaming, type StreamingPlan } from "../plan";
import { AppClients } from "./appClients";
import { Identities } from "./identities";
import { RegionStreaming } from "./region";

export interface AwsStreamingArgs {
  readonly plan: PlatformPlan;
  readonly regions: readonly EksRegionOutputs[];
  readonly networks: Readonly<Record<string, RegionNetworkOutputs>>;
  readonly shared: Readonly<Record<string, RegionSharedOutputs>>;
  readonly providers: RegionProviders;
  /** Karmada, which changes the network policies of apps. It may be used once `federationReady` exists. */
  readonly federation: Cluster;
  readonly federationReady: readonly pulumi.Resource[];
  /** URL of a mirror that has all charts. Default: the publishers' repositories. */
  readonly mirror: string | undefined;
}

/** Creates Kafka in every region, if the environment has it. */
export function createStreaming(
  args: AwsStreamingArgs,
  opts: pulumi.ComponentResourceOptions,
): AwsStreaming | undefined {
  const streaming = planStreaming(args.plan.environment);
  return streaming && new AwsStreaming("streaming", { ...args, streaming }, opts);
}

/**
 * Kafka in every region, and the mirrors between them. The regions have one authority for brokers and one for clients: a client that
 * moves to another region is known there, and mirrors are known at both ends.
 */
export class AwsStreaming extends pulumi.ComponentResource {
  /** Namespaces by region. */
  readonly namespaces: Readonly<Record<string, readonly pulumi.Resource[]>>;

  constructor(
    name: string,
    private readonly args: AwsStreamingArgs & { readonly streaming: StreamingPlan },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:Streaming", name, {}, opts);
    const { streaming, regions } = args;
    const users = [...streaming.apps, ...streaming.mirrors.map(({ user }) => user)];
    const brokers = new Identities(`${name}-brokers`, [], { parent: this });
    const clients = new Identities(
      `${name}-clients`,
      users.map((user) => ({ name: user, hosts: [] })),
      { parent: this },
    );
    for (const app of streaming.apps) this.publish(app, brokers, clients);
    const parts = regions.map((region) => this.createRegion(region, brokers, clients));
    const hosts = pulumi.all(
      Object.fromEntries(
        parts.flatMap(({ region, part }) => (part.host ? [[region, part.host] as const] : [])),
      ),
    );
    for (const { part } of parts) part.startMirror(hosts);
    this.openOtherRegions();
    this.createClients(hosts);
    this.namespaces = Object.fromEntries(
      parts.map(({ region, part }) => [region, [part.namespace]] as const),
    );
    this.registerOutputs({});
  }

  private createRegion(region: EksRegionOutputs, brokers: Identities, clients: Identities) {
    const { streaming, plan, networks, providers, mirror } = this.args;
    const { name } = region.plan;
    const cluster = streaming.clusters.find((one) => one.region === name);
    if (cluster === undefined) throw new RangeError(`the plan has no Kafka for ${name}`);
    const { streaming: config } = streamingSection.of(plan.environment);
    const part = new RegionStreaming(
      name,
      {
        environment: plan.environment.name,
        plan: streaming,
        cluster,
        storage: config?.storage ?? "",
        ...(plan.regions.length > 1 && { edge: planBrokersEdge(cluster, plan.regions) }),
        region,
        network: ofRegion(networks, name),
        authorities: { cluster: authorityOf(brokers), clients: authorityOf(clients) },
        pairOf: (user) => clients.pair(user),
        mirror,
      },
      { parent: this, providers: [ofRegion(providers, name)] },
    );
    return { region: name, part };
  }

  /** @param hosts names of the regions' load balancers. The regions create the Secrets, from Secrets Manager. */
  private createClients(hosts: pulumi.Output<Readonly<Record<string, string>>>): void {
    const { streaming, federation, federationReady } = this.args;
    const regions = streaming.clusters.map(({ region }) => region);
    new AppClients(
      "streaming-clients",
      {
        ...{ plan: streaming, federation, federationReady },
        bootstrap: hosts.apply((names) => bootstrapOf(regions, names)),
      },
      { parent: this },
    );
  }

  /** With one region, there are no others. */
  private openOtherRegions(): void {
    const { streaming, plan, federation, federationReady } = this.args;
    if (plan.regions.length < 2 || streaming.apps.length === 0) return;
    const reached = streaming.clusters.map((cluster) => ({
      region: cluster.region,
      ...planBrokersEdge(cluster, plan.regions),
    }));
    new k8s.apiextensions.CustomResource(
      "meridian-streaming",
      appEgressPolicy(streaming.apps, reached),
      {
        parent: this,
        provider: federation.provider,
        deletedWith: federation.resource,
        dependsOn: [...federationReady],
      },
    );
  }

  /** The app's certificate, in Secrets Manager of every region. It is issued again if it is lost, so it is deleted at once. */
  private publish(app: string, brokers: Identities, clients: Identities): void {
    const { plan, shared, providers } = this.args;
    const { name, aws } = awsEnvironmentOf(plan);
    const child = { parent: this, provider: ofRegion(providers, aws.home) };
    const secret = new secretsmanager.Secret(
      `streaming-client-${app}`,
      {
        name: clientSecretName(name, app),
        description: `Certificate of ${app} for Kafka`,
        kmsKeyId: ofRegion(shared, aws.home).keyArn,
        recoveryWindowInDays: 0,
        replicas: plan.regions
          .filter((region) => region.name !== aws.home)
          .map((region) => ({
            region: region.name,
            kmsKeyId: ofRegion(shared, region.name).keyArn,
          })),
        forceOverwriteReplicaSecret: true,
      },
      child,
    );
    const text = pulumi
      .all([brokers.authority, clients.pair(app)])
      .apply(([authority, pair]) => JSON.stringify(userSecretData(authority, pair)));
    new secretsmanager.SecretVersion(
      `streaming-client-${app}`,
      { secretId: secret.id, secretString: pulumi.secret(text) },
      child,
    );
  }
}

function authorityOf({ authority, authorityKey }: Identities): pulumi.Output<PemPair> {
  return pulumi.secret(
    pulumi.all([authority, authorityKey]).apply(([certificate, key]) => ({ certificate, key })),
  );
}

/** Within its region a client uses the brokers' Service, from others their load balancer. */
function bootstrapOf(
  regions: readonly string[],
  hosts: Readonly<Record<string, string>>,
): Readonly<Record<string, RegionBootstrap>> {
  return Object.fromEntries(
    regions.map((region) => {
      const host = hosts[region];
      const others = host === undefined ? {} : { others: regionsBootstrap(host) };
      return [region, { own: ownBootstrap, ...others }];
    }),
  );
}
