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

/** A cluster whose pods are targets of a load balancer. */
export type ServedCluster = Pick<
  EksRegionOutputs,
  "provider" | "resource" | "clusterSecurityGroupId" | "eksName"
>;

/** A Service of the cluster. `ready`: resources after which it exists. */
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
  /** ARN of a validated certificate. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
  /** The Service whose pods are the targets. */
  readonly service: ServedService;
}

/** A public HTTPS ingress: a load balancer behind a firewall, in front of a service's pods. */
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
      // A public load balancer requires the route to the internet.
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

  /** Redirects HTTP to HTTPS and forwards HTTPS to the pods. */
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

/** The public ingress of a region, in front of the gateway's pods. */
export class RegionEdge extends WebEdge {
  constructor(name: string, args: WebEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:RegionEdge", name, args, opts);
  }
}

/** The public ingress of the hub, in front of Argo CD's pods. */
export class ArgocdEdge extends WebEdge {
  constructor(name: string, args: WebEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:ArgocdEdge", name, args, opts);
  }
}

export interface FederationEdgeArgs {
  readonly plan: FederationEdgePlan;
  /** Network of the hub's region. */
  readonly network: RegionNetworkOutputs;
  /** The hub's cluster. */
  readonly cluster: ServedCluster;
  /** Karmada's API server. */
  readonly apiServer: Omit<ServedService, "ready">;
  /** NAT addresses by region: a public edge sees them as the source addresses of the region's gates. */
  readonly natAddresses: Readonly<Record<string, readonly pulumi.Output<string>[]>>;
}

/** The load balancer of the federation's API server. Regions and users connect to the load balancer's name. */
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
   * Routes to Karmada's pods after their installation: the certificates and the name for clients are known before.
   * @returns resources that have to exist before it responds.
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

/** Auto Mode may register pods only with target groups that have its cluster's tag. */
export function ownedBy({ eksName }: ServedCluster): Record<string, string> {
  return { [clusterTag]: eksName };
}

export interface BoundPods {
  readonly cluster: ServedCluster;
  readonly service: ServedService;
  readonly targets: cloudLb.TargetGroup;
  /** Security group of the load balancer. */
  readonly from: pulumi.Input<string>;
  readonly ports: readonly number[];
}

/** Allows the load balancer to reach the pods, and makes the cluster register them with the target group. */
export function bindPods(
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
