import * as pulumi from "@pulumi/pulumi";
import { argocdNamespace } from "../../../../components/delivery/names";
import { defaultStorageClass } from "../../cluster/manifests/storage";
import { karmadaApi } from "../../../../components/federation/manifests/karmadaChart";
import { karmadaNamespace } from "../../../../components/federation/component";
import type { AwsPlan } from "../../plan";
import { accountOf } from "../../account/account";
import {
  argocdService,
  type ArgocdIngressPlan,
} from "../../../../components/delivery/argocdIngress";
import { backupPurpose } from "../../../../components/backup/plan";
import { planBucket } from "../../state/buckets";
import type { AwsEnvironment } from "../../../../config/types";
import type { PlatformPlan } from "../../../../plan/types";
import { LoadBalancerCleanup } from "../../../../resources/loadBalancerCleanup";
import { EksArgocd } from "../../../../components/delivery/resources/aws";
import { HubBackup } from "../../../../components/backup/resources/hub";
import { EksCluster } from "../../cluster/resources/cluster";
import {
  ArgocdEdge,
  FederationEdge,
  type FederationEdgeArgs,
} from "../../../../components/gateway/resources/aws";
import { Firewall } from "../../../../components/gateway/resources/firewall";
import { EksFailback } from "../../../../components/federation/resources/awsFailback";
import { EksKarmada } from "../../../../components/federation/resources/aws";
import { ofRegion } from "../../resources/ofRegion";
import { SecureBucket } from "../../state/resources/secureBucket";
import type {
  EdgeOutputs,
  GlobalOutputs,
  RegionNetworkOutputs,
  RegionProviders,
} from "../../resources/types";

export interface AwsHubArgs {
  readonly environment: AwsEnvironment;
  readonly plan: PlatformPlan;
  readonly aws: AwsPlan;
  /** Network of the region that hosts it. */
  readonly network: RegionNetworkOutputs;
  readonly shared: GlobalOutputs["regions"];
  /** NAT addresses by region. */
  readonly natAddresses: FederationEdgeArgs["natAddresses"];
  readonly providers: RegionProviders;
  /** Arguments of the ingress to Argo CD; undefined if there is none. */
  readonly door: HubIngressArgs | undefined;
}

export interface HubIngressArgs {
  readonly plan: ArgocdIngressPlan;
  /** Validated certificate for the ingress's host name. */
  readonly certificateArn: pulumi.Input<string>;
  /** Key with which the git server signs webhook requests. Secret. */
  readonly webhookSecret: pulumi.Output<string>;
}

/**
 * The cluster that manages all regions: Karmada, Argo CD, and the backup of both in another region.
 *
 * Its name, and therefore the names of everything in it, contains the region: a hub move creates a new hub beside the old one and
 * deletes the old one last. Only the backup buckets are shared by all hubs.
 */
export class AwsHub extends pulumi.ComponentResource {
  readonly cluster: EksCluster;
  readonly federation: EksKarmada;
  readonly federationReady: readonly pulumi.Resource[];
  readonly deliveryReady: readonly pulumi.Resource[];
  /** Endpoint of Argo CD for people and the git server; absent if there is none. */
  readonly argocdEdge: EdgeOutputs | undefined;

  constructor(name: string, args: AwsHubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Hub", name, {}, opts);
    const { plan, aws, network, shared, environment } = args;
    const mirror = environment.aws.chartRepository;
    const keys = shared[plan.hub.region];
    if (keys === undefined) throw new RangeError(`nothing is shared with ${plan.hub.region}`);
    const { cluster, pools } = aws.hub;
    this.cluster = new EksCluster(
      cluster.name,
      { plan: cluster, pools, network, shared: keys },
      { parent: this },
    );
    const clearance = new LoadBalancerCleanup(
      cluster.name,
      { kubeconfig: this.cluster.kubeconfig, clusterName: this.cluster.eksName },
      { parent: this, dependsOn: [...this.cluster.ready, ...network.ready] },
    );
    const hubReady = [...this.cluster.ready, clearance];
    this.federation = this.createFederation(name, args, hubReady);
    const argocd = new EksArgocd(
      name,
      {
        hub: this.cluster,
        delivery: plan.delivery,
        hubReady,
        mirror,
        door: args.door && { url: args.door.plan.url, webhookSecret: args.door.webhookSecret },
      },
      { parent: this },
    );
    this.argocdEdge = args.door && this.createIngress(args, args.door, argocd);
    this.createBackup(name, args, hubReady);
    this.createFailback(args, hubReady);
    this.federationReady = this.federation.ready;
    this.deliveryReady = argocd.ready;
    this.registerOutputs({ server: this.cluster.server });
  }

  private createFederation(
    name: string,
    args: AwsHubArgs,
    hubReady: readonly pulumi.Resource[],
  ): EksKarmada {
    const { plan, aws, network, environment } = args;
    const zones = plan.regions.find(({ name }) => name === plan.hub.region)?.zones.length ?? 0;
    const { clusterName } = plan.federation;
    // Not named after the federation: with that and the region the name would exceed a load balancer's maximum length.
    const edge = new FederationEdge(
      name,
      {
        plan: aws.federationEdge,
        network,
        cluster: this.cluster,
        apiServer: {
          namespace: karmadaNamespace,
          name: karmadaApi.service,
          port: karmadaApi.port,
        },
        natAddresses: args.natAddresses,
      },
      { parent: this },
    );
    return new EksKarmada(
      `${clusterName}-${plan.hub.region}`,
      {
        hub: this.cluster,
        plan: plan.federation,
        zones,
        storageClass: defaultStorageClass,
        host: edge.dnsName,
        lead: (installed) => edge.lead(installed),
        hubReady,
        mirror: environment.aws.chartRepository,
      },
      { parent: this },
    );
  }

  private createFailback({ plan, aws }: AwsHubArgs, hubReady: readonly pulumi.Resource[]): void {
    const { failback } = plan.federation;
    if (failback.mode === "manual") return;
    new EksFailback(
      `hub-${plan.hub.region}`,
      {
        ...{ hub: this.cluster, federation: this.federation, failback },
        image: aws.failback?.image,
        ready: [...hubReady, ...this.federation.ready],
      },
      { parent: this },
    );
  }

  private createIngress(args: AwsHubArgs, door: HubIngressArgs, argocd: EksArgocd): EdgeOutputs {
    const { plan, network, shared } = args;
    const { region } = plan.hub;
    // This short because a load balancer's name has at most 32 characters.
    const name = `argo-${region}`;
    const { arn } = new Firewall(name, { plan: door.plan.firewall }, { parent: this });
    return new ArgocdEdge(
      name,
      {
        plan: door.plan.edge,
        network,
        shared: ofRegion(shared, region),
        cluster: this.cluster,
        certificateArn: door.certificateArn,
        webAclArn: arn,
        service: { namespace: argocdNamespace, ...argocdService, ready: argocd.ready },
      },
      { parent: this },
    );
  }

  private createBackup(name: string, args: AwsHubArgs, hubReady: readonly pulumi.Resource[]): void {
    const { environment, aws, shared } = args;
    const { backup } = aws;
    const buckets = this.createBuckets(args);
    const bucket = buckets[backup.region];
    const keys = shared[backup.region];
    if (bucket === undefined || keys === undefined)
      throw new RangeError(`nothing is shared with ${backup.region}`);
    new HubBackup(
      name,
      {
        hub: this.cluster,
        plan: backup,
        bucket: bucket.name,
        keyArn: keys.keyArn,
        hubReady: [...hubReady, ...bucket.ready],
        karmada: this.federation.resource,
        mirror: environment.aws.chartRepository,
      },
      { parent: this },
    );
  }

  /** One in each region, independent of the hub's: a move creates and deletes none. An empty bucket costs nothing. */
  private createBuckets({ plan, environment, aws, shared, providers }: AwsHubArgs) {
    const buckets = Object.entries(shared).map(([region, { keyArn }]) => {
      const bucket = new SecureBucket(
        `${plan.hub.clusterName}-backup-${region}`,
        {
          plan: planBucket(accountOf(environment), {
            purpose: backupPurpose(region),
            versioned: true,
            // Useless without the environment: deleted with its region.
            keepsData: false,
            lifecycle: { earlierVersionsDays: aws.backup.retentionDays },
          }),
          encryption: { kind: "kms", keyArn },
        },
        { parent: this, provider: ofRegion(providers, region) },
      );
      return [region, bucket] as const;
    });
    return Object.fromEntries(buckets) as Readonly<Record<string, SecureBucket>>;
  }
}
