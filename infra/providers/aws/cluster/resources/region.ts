import * as pulumi from "@pulumi/pulumi";
import { gateHost } from "../../../../components/rollouts/manifests/awsRolloutGate";
import { gatewayPort } from "../../../../components/gateway/manifests/traefikChart";
import { traefikName } from "../../../../components/gateway/component";
import type { AwsPlan, ClusterWithPools } from "../../plan";
import { regionEdge } from "../../../../components/gateway/awsEdge";
import { subnetsOf } from "../../network/network";
import { gateName } from "../../../../plan/names";
import type { RegionPlan } from "../../../../plan/types";
import type { Region } from "../../../../resources/foundation";
import { LoadBalancerCleanup } from "../../../../resources/loadBalancerCleanup";
import { ServingCertificate } from "../../../../resources/servingCertificate";
import { EksRegion } from "./cluster";
import type { DataEndpoints } from "../../data/resources/data";
import { RegionEdge } from "../../../../components/gateway/resources/aws";
import { Firewall } from "../../../../components/gateway/resources/firewall";
import { MemberCharts } from "./memberCharts";
import { MemberSecrets, secretsIdentity } from "../../../../components/secrets/resources/member";
import { RolloutGate, type RolloutGateArgs } from "../../../../components/rollouts/resources/aws";
import type {
  EdgeOutputs,
  EksRegionOutputs,
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../resources/types";

/** Arguments of the region's rollout gate, in addition to the region itself. */
export type RegionGateArgs = Pick<RolloutGateArgs, "flags" | "flagFile" | "image" | "federation">;

export interface AwsRegionArgs {
  readonly environment: string;
  readonly accountId: string;
  readonly plan: RegionPlan;
  readonly aws: Pick<AwsPlan, "networks" | "firewalls" | "database" | "cache">;
  readonly cluster: ClusterWithPools;
  readonly network: RegionNetworkOutputs;
  readonly shared: RegionSharedOutputs;
  /** Validated certificate for the apps' host names. */
  readonly certificateArn: pulumi.Input<string>;
  readonly connections: DataEndpoints;
  /** The hub's NAT addresses, if it uses the public endpoint. */
  readonly callers: readonly pulumi.Input<string>[];
  readonly gate: RegionGateArgs;
  /** Connections to the other regions. */
  readonly connected: readonly pulumi.Resource[];
  /** URL of a mirror that has all charts. Default: the publishers' repositories. */
  readonly mirror: string | undefined;
}

/**
 * A region on AWS: its cluster with gateway, rollouts and secrets, behind a load balancer and a firewall. It is independent: no
 * resource of it depends on another region's, except for the connections between the networks.
 */
export class AwsRegion extends pulumi.ComponentResource {
  /** The region as federation and apps use it. */
  readonly region: Region;
  readonly edge: EdgeOutputs;
  /** The region's cluster, for components that create more on it once the region is ready. */
  readonly cluster: EksRegionOutputs;

  constructor(name: string, args: AwsRegionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Region", name, {}, opts);
    const { plan, aws, network, shared, mirror } = args;
    const child = { parent: this };
    const cluster = new EksRegion(
      name,
      {
        plan,
        cluster: args.cluster.cluster,
        pools: args.cluster.pools,
        network,
        shared,
        callers: args.callers,
      },
      child,
    );
    const certificate = new ServingCertificate(
      `${name}-${gateName}`,
      { name: gateName, hosts: [gateHost] },
      child,
    );
    const identity = secretsIdentity(name, { ...args, region: cluster }, child);
    const charts = new MemberCharts(
      name,
      {
        region: cluster,
        trustedNetworks: publicRanges(aws, plan.name),
        authority: certificate.authority,
        clusterReady: cluster.ready,
        secretsIdentity: identity.ready,
        mirror,
      },
      child,
    );
    const secrets = new MemberSecrets(
      name,
      {
        environment: args.environment,
        region: cluster,
        installed: charts.externalSecrets,
        connections: args.connections,
        has: { database: aws.database !== undefined, cache: aws.cache !== undefined },
      },
      child,
    );
    const gate = new RolloutGate(
      name,
      {
        ...args.gate,
        region: cluster,
        context: plan.flagContext,
        certificate,
        installed: [...charts.ready, ...secrets.ready],
      },
      child,
    );
    this.edge = this.createEdge(name, args, cluster, charts);
    // The cleanup runs after the region has left the federation, and before any resource of the region is deleted.
    const clearance = new LoadBalancerCleanup(
      name,
      { kubeconfig: cluster.kubeconfig, clusterName: cluster.eksName },
      { parent: this, dependsOn: [...cluster.ready, ...network.ready] },
    );
    const ready = [...cluster.ready, ...charts.ready, ...gate.ready, ...args.connected, clearance];
    this.region = { ...faceOf(cluster), plan, ready };
    const { clusterSecurityGroupId, eksName } = cluster;
    this.cluster = { ...this.region, clusterSecurityGroupId, eksName };
    this.registerOutputs({ server: cluster.server, edge: this.edge.dnsName });
  }

  private createEdge(
    name: string,
    { plan, aws, network, shared, certificateArn }: AwsRegionArgs,
    cluster: EksRegion,
    charts: MemberCharts,
  ): EdgeOutputs {
    const firewall = aws.firewalls[plan.name];
    if (firewall === undefined) throw new RangeError(`there is no firewall for ${plan.name}`);
    const { arn } = new Firewall(name, { plan: firewall }, { parent: this });
    return new RegionEdge(
      name,
      {
        plan: regionEdge,
        network,
        shared,
        cluster,
        certificateArn,
        webAclArn: arn,
        service: {
          namespace: traefikName,
          name: traefikName,
          port: gatewayPort.service,
          ready: [charts.gateway],
        },
      },
      { parent: this },
    );
  }
}

/** Ranges of the region's load balancer: the gateway accepts a client's address only from it. */
function publicRanges({ networks }: Pick<AwsPlan, "networks">, region: string): string[] {
  return subnetsOf(networks[region]?.subnets ?? [], "public").map(({ cidr }) => cidr);
}

function faceOf({ name, provider, kubeconfig, server, ca, resource }: EksRegion) {
  return { name, provider, kubeconfig, server, ca, resource };
}
