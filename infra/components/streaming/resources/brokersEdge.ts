import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { awsName } from "../../../providers/aws/account/names";
import type { RegionNetworkOutputs } from "../../../providers/aws/resources/types";
import { bindPods, ownedBy, type ServedCluster } from "../../gateway/resources/aws";
import type { BrokersEdgePlan, BrokerTargetPlan } from "../awsEdge";
import { streamingName } from "../names";
import { regionsPort } from "../manifests/endpoints";

export interface BrokersEdgeArgs {
  readonly environment: string;
  readonly plan: BrokersEdgePlan;
  readonly network: RegionNetworkOutputs;
  readonly cluster: ServedCluster;
}

/** The internal load balancer of a region's brokers. It passes TLS through, as clients and brokers use mutual TLS. */
export class BrokersEdge extends pulumi.ComponentResource {
  /** Host name for clients in other regions. It resolves everywhere, to private addresses. */
  readonly host: pulumi.Output<string>;
  private readonly group: ec2.SecurityGroup;
  private readonly targets: readonly {
    readonly plan: BrokerTargetPlan;
    readonly group: lb.TargetGroup;
  }[];

  constructor(
    private readonly resourceName: string,
    private readonly args: BrokersEdgeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:BrokersEdge", resourceName, {}, opts);
    const { plan, network, cluster } = args;
    const child = { parent: this };
    this.group = this.createSecurityGroup();
    const balancer = new lb.LoadBalancer(
      `${resourceName}-kafka`,
      {
        ...plan.loadBalancer,
        subnets: [...network.subnetIds.private],
        securityGroups: [this.group.id],
      },
      { ...child, dependsOn: [...network.ready] },
    );
    this.targets = plan.targets.map((target) => ({
      plan: target,
      group: new lb.TargetGroup(
        `${resourceName}-${target.name}`,
        { ...target.targetGroup, vpcId: network.vpcId, tags: ownedBy(cluster) },
        child,
      ),
    }));
    for (const { plan: target, group } of this.targets)
      new lb.Listener(
        `${resourceName}-${target.name}`,
        {
          port: target.port,
          protocol: "TCP",
          loadBalancerArn: balancer.arn,
          defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
        },
        child,
      );
    this.host = balancer.dnsName;
    this.registerOutputs({ host: this.host });
  }

  /** Registers the brokers with the load balancer. @param installed the resources after which their Services are created. */
  lead(installed: readonly pulumi.Resource[]): void {
    for (const [index, { plan, group }] of this.targets.entries())
      bindPods(this, `${this.resourceName}-${plan.name}`, {
        cluster: this.args.cluster,
        service: {
          namespace: streamingName,
          name: plan.service,
          port: regionsPort,
          ready: installed,
        },
        targets: group,
        from: this.group.id,
        // The pods have the same port for every target: one rule opens it.
        ports: index === 0 ? [regionsPort] : [],
      });
  }

  /** Only pods of the other regions may connect, at the ports of the brokers. */
  private createSecurityGroup(): ec2.SecurityGroup {
    const { environment, plan, network } = this.args;
    const name = awsName(environment, streamingName);
    const child = { parent: this };
    const group = new ec2.SecurityGroup(
      `${this.resourceName}-kafka`,
      {
        vpcId: network.vpcId,
        name,
        description: "Load balancer of Kafka for other regions",
        tags: { Name: name },
      },
      child,
    );
    const rule = (port: number, cidr: string, description: string) => ({
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      cidrIpv4: cidr,
      description,
    });
    for (const { region, cidr } of plan.clients)
      for (const { port } of plan.targets)
        new vpc.SecurityGroupIngressRule(
          `${this.resourceName}-kafka-from-${region}-${port}`,
          rule(port, cidr, `${port} from ${region}`),
          child,
        );
    new vpc.SecurityGroupEgressRule(
      `${this.resourceName}-kafka-to-pods`,
      rule(regionsPort, plan.pods, `${regionsPort} to pods`),
      child,
    );
    return group;
  }
}
