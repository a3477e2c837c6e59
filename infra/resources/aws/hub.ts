import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clientAddressPolicy } from "../../manifests/aws/clientAddress";
import { defaultStorageClass } from "../../manifests/aws/storage";
import { karmadaApi, karmadaNamespace } from "../../manifests/charts/karmada";
import type { AwsPlan } from "../../plan/aws";
import { accountOf } from "../../plan/aws/account";
import { planBucket } from "../../plan/aws/buckets";
import type { AwsEnvironment } from "../../config/types";
import type { PlatformPlan } from "../../plan/types";
import { Clearance } from "../platform/clearance";
import { EksArgocd } from "./argocd";
import { HubBackup } from "./backup";
import { EksCluster } from "./cluster";
import { FederationEdge } from "./edge";
import { EksKarmada } from "./karmada";
import { ofRegion } from "./ofRegion";
import { SecureBucket } from "./secureBucket";
import type { GlobalFace, RegionNetworkFace, RegionProviders } from "./types";

export interface AwsHubArgs {
  readonly environment: AwsEnvironment;
  readonly plan: PlatformPlan;
  readonly aws: AwsPlan;
  /** Of the region that houses it. */
  readonly network: RegionNetworkFace;
  readonly shared: GlobalFace["regions"];
  readonly providers: RegionProviders;
}

/** The cluster that looks over all regions: Karmada, Argo CD, and the backup of both in another region. */
export class AwsHub extends pulumi.ComponentResource {
  readonly cluster: EksCluster;
  readonly federation: EksKarmada;
  readonly federationReady: readonly pulumi.Resource[];
  readonly deliveryReady: readonly pulumi.Resource[];

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
    const clearance = new Clearance(
      cluster.name,
      { kubeconfig: this.cluster.kubeconfig, clusterName: this.cluster.eksName },
      { parent: this, dependsOn: [...this.cluster.ready, ...network.ready] },
    );
    const hubReady = [...this.cluster.ready, clearance];
    this.federation = this.createFederation(args, hubReady);
    const argocd = new EksArgocd(
      name,
      { hub: this.cluster, delivery: plan.delivery, hubReady, mirror },
      { parent: this },
    );
    this.createBackup(name, args, hubReady);
    this.federationReady = [...this.federation.ready, this.createPolicies()];
    this.deliveryReady = argocd.ready;
    this.registerOutputs({ server: this.cluster.server });
  }

  private createFederation(args: AwsHubArgs, hubReady: readonly pulumi.Resource[]): EksKarmada {
    const { plan, aws, network, environment } = args;
    const zones = plan.regions.find(({ name }) => name === plan.hub.region)?.zones.length ?? 0;
    const { clusterName } = plan.federation;
    const edge = new FederationEdge(
      clusterName,
      {
        plan: aws.federationEdge,
        network,
        cluster: this.cluster,
        apiServer: {
          namespace: karmadaNamespace,
          name: karmadaApi.service,
          port: karmadaApi.port,
        },
      },
      { parent: this },
    );
    return new EksKarmada(
      clusterName,
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

  /** What regions on AWS need and those of this machine do not: load balancers stand before their gateways. */
  private createPolicies(): pulumi.Resource {
    const policy = clientAddressPolicy();
    return new k8s.apiextensions.CustomResource(policy.metadata.name, policy, {
      parent: this,
      provider: this.federation.provider,
      deletedWith: this.federation.resource,
      dependsOn: [...this.federation.ready],
    });
  }

  private createBackup(
    name: string,
    { environment, aws, shared, providers }: AwsHubArgs,
    hubReady: readonly pulumi.Resource[],
  ): void {
    const { backup } = aws;
    const keys = shared[backup.region];
    if (keys === undefined) throw new RangeError(`nothing is shared with ${backup.region}`);
    const { keyArn } = keys;
    const bucket = new SecureBucket(
      `${name}-backup-${backup.region}`,
      {
        plan: planBucket(accountOf(environment), {
          purpose: `hub-${backup.region}`,
          versioned: true,
          keepsData: aws.global.keepsData,
          lifecycle: { earlierVersionsDays: backup.retentionDays },
        }),
        encryption: { kind: "kms", keyArn },
      },
      { parent: this, provider: ofRegion(providers, backup.region) },
    );
    new HubBackup(
      name,
      {
        hub: this.cluster,
        plan: backup,
        bucket: bucket.name,
        keyArn,
        hubReady: [...hubReady, ...bucket.ready],
        karmada: this.federation.resource,
        mirror: environment.aws.chartRepository,
      },
      { parent: this },
    );
  }
}
