import * as cloudLb from "@pulumi/aws/lb";
import * as vpc from "@pulumi/aws/vpc";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { targetGroupBinding } from "../manifests/loadBalancers";
import type { FederationEdgePlan, RegionEdgePlan } from "../awsEdge";
import { clusterTag } from "../../../providers/aws/account/names";
import type {
  EdgeOutputs,
  EksRegionOutputs,
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../../providers/aws/resources/types";

/** The cluster whose pods are behind a load balancer. */
export type ServedCluster = Pick<
  EksRegionOutputs,
  "provider" | "resource" | "clusterSecurityGroupId" | "eksName"
>;

/** A Service of the cluster, and what has to be there before it is. */
export interface ServedService {
  readonly namespace: string;
  readonly name: string;
  /** Port of the Service, by name or number. */
  readonly port: number | string;
  readonly ready: readonly pulumi.Resource[];
}

export interface WebEdgeArgs {
  readonly plan: RegionEdgePlan;
  readonly network: RegionNetworkOutputs;
  readonly shared: RegionSharedOutputs;
  readonly cluster: ServedCluster;
  /** Of a certificate that is validated. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
  /** Whose pods answer. */
  readonly service: ServedService;
}

/** A door for browsers: a load balancer behind a firewall, in front of a service's pods. */
abstract class WebEdge extends pulumi.ComponentResource implements EdgeOutputs {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;

  constructor(
    type: string,
    name: string,
    args: WebEdgeArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ) {
    super(type, name, {}, opts);
    const { plan, network, shared, cluster, webAclArn, service } = args;
    const child = { parent: this };
    const bucket = shared.accessLogBucket;
    const balancer = new cloudLb.LoadBalancer(
      `${name}-edge`,
      {
        ...plan.loadBalancer,
        subnets: [...network.subnetIds.public],
        securityGroups: [network.securityGroupIds.edge],
        accessLogs: { enabled: true, bucket, prefix: plan.logPrefixes.access },
        connectionLogs: { enabled: true, bucket, prefix: plan.logPrefixes.connections },
      },
      // What the world reaches has to find its way back out.
      { ...child, dependsOn: [...network.ready] },
    );
    const targets = new cloudLb.TargetGroup(
      `${name}-edge`,
      { ...plan.targetGroup, vpcId: network.vpcId, tags: ownedBy(cluster) },
      child,
    );
    this.listen(name, args, balancer, targets);
    new wafv2.WebAclAssociation(`${name}-edge`, { resourceArn: balancer.arn, webAclArn }, child);
    bindPods(this, `${name}-edge`, {
      cluster,
      service,
      targets,
      from: network.securityGroupIds.edge,
      ports: plan.podPorts,
    });
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.registerOutputs({ dnsName: this.dnsName, zoneId: this.zoneId });
  }

  /** Plain HTTP is sent to HTTPS; what comes there goes to the pods. */
  private listen(
    name: string,
    { plan, certificateArn }: WebEdgeArgs,
    { arn: loadBalancerArn }: cloudLb.LoadBalancer,
    { arn: targetGroupArn }: cloudLb.TargetGroup,
  ): void {
    const { redirect, ...http } = plan.listeners.http;
    new cloudLb.Listener(
      `${name}-http`,
      { ...http, loadBalancerArn, defaultActions: [{ type: "redirect", redirect }] },
      { parent: this },
    );
    new cloudLb.Listener(
      `${name}-https`,
      {
        ...plan.listeners.https,
        loadBalancerArn,
        certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn }],
      },
      { parent: this },
    );
  }
}

/** The door of a region, in front of the gateway's pods. */
export class RegionEdge extends WebEdge {
  constructor(name: string, args: WebEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:RegionEdge", name, args, opts);
  }
}

/** The door of the hub, in front of Argo CD's. */
export class ArgocdEdge extends WebEdge {
  constructor(name: string, args: WebEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:ArgocdEdge", name, args, opts);
  }
}

export interface FederationEdgeArgs {
  readonly plan: FederationEdgePlan;
  /** Of the hub's region. */
  readonly network: RegionNetworkOutputs;
  /** The hub's. */
  readonly cluster: ServedCluster;
  /** Karmada's API server. */
  readonly apiServer: Omit<ServedService, "ready">;
  /** By region, its ways out to the world: an edge that is reached there sees its gates by these. */
  readonly natAddresses: Readonly<Record<string, readonly pulumi.Output<string>[]>>;
}

/** The door of the federation's API server, which regions and people reach by the load balancer's own name. */
export class FederationEdge extends pulumi.ComponentResource implements EdgeOutputs {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  private readonly listener: pulumi.Resource;
  private readonly targets: cloudLb.TargetGroup;

  constructor(
    private readonly resourceName: string,
    private readonly args: FederationEdgeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:FederationEdge", resourceName, {}, opts);
    const name = resourceName;
    const { plan, network, cluster } = args;
    const child = { parent: this };
    const balancer = new cloudLb.LoadBalancer(
      `${name}-edge`,
      {
        ...plan.loadBalancer,
        subnets: [...network.subnetIds[plan.subnets]],
        securityGroups: [network.securityGroupIds.federation],
      },
      { ...child, dependsOn: [...network.ready] },
    );
    this.targets = new cloudLb.TargetGroup(
      `${name}-edge`,
      { ...plan.targetGroup, vpcId: network.vpcId, tags: ownedBy(cluster) },
      child,
    );
    this.listener = new cloudLb.Listener(
      `${name}-tcp`,
      {
        ...plan.listener,
        loadBalancerArn: balancer.arn,
        defaultActions: [{ type: "forward", targetGroupArn: this.targets.arn }],
      },
      child,
    );
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    if (!plan.loadBalancer.internal) this.admitRegions();
    this.registerOutputs({ dnsName: this.dnsName, zoneId: this.zoneId });
  }

  private admitRegions(): void {
    const { plan, network, natAddresses } = this.args;
    const { port } = plan.listener;
    for (const [region, addresses] of Object.entries(natAddresses))
      for (const [index, address] of addresses.entries())
        new vpc.SecurityGroupIngressRule(
          `${this.resourceName}-edge-${region}-${index + 1}`,
          {
            securityGroupId: network.securityGroupIds.federation,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            cidrIpv4: pulumi.interpolate`${address}/32`,
            description: `${region}: gates to the federation`,
          },
          { parent: this },
        );
  }

  /**
   * Leads to Karmada's pods, once they are installed: its certificates and the name that clients use are known before.
   * @returns what has to be there before it answers.
   */
  lead(installed: pulumi.Resource): readonly pulumi.Resource[] {
    const { plan, network, cluster, apiServer } = this.args;
    const bound = bindPods(this, `${this.resourceName}-edge`, {
      cluster,
      service: { ...apiServer, ready: [installed] },
      targets: this.targets,
      from: network.securityGroupIds.federation,
      ports: plan.podPorts,
    });
    return [this.listener, ...bound];
  }
}

/** Auto Mode may put pods only into target groups that are marked as its cluster's. */
function ownedBy({ eksName }: ServedCluster): Record<string, string> {
  return { [clusterTag]: eksName };
}

interface BoundPods {
  readonly cluster: ServedCluster;
  readonly service: ServedService;
  readonly targets: cloudLb.TargetGroup;
  /** Security group of the load balancer. */
  readonly from: pulumi.Input<string>;
  readonly ports: readonly number[];
}

/** Lets the load balancer reach the pods, and has the cluster keep them in the target group. */
function bindPods(
  parent: pulumi.Resource,
  name: string,
  { cluster, service, targets, from, ports }: BoundPods,
): pulumi.Resource[] {
  const rules = ports.map(
    (port) =>
      new vpc.SecurityGroupIngressRule(
        `${name}-${port}`,
        {
          securityGroupId: cluster.clusterSecurityGroupId,
          referencedSecurityGroupId: from,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: `${name}: load balancer to pods`,
        },
        { parent },
      ),
  );
  const binding = new k8s.apiextensions.CustomResource(
    name,
    targetGroupBinding({
      name: service.name,
      namespace: service.namespace,
      service: service.name,
      port: service.port,
      targetGroupArn: targets.arn,
    }),
    {
      parent,
      provider: cluster.provider,
      deletedWith: cluster.resource,
      dependsOn: [...service.ready],
    },
  );
  return [...rules, binding];
}
