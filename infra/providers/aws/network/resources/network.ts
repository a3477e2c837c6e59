import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { awsName } from "../../account/names";
import type { EndpointPlan, RegionNetworkPlan, RouteTablePlan } from "../network";
import { subnetsOf } from "../network";
import type { Tier } from "../subnets";
import { FlowLogs } from "./flowLogs";
import { SecurityGroups } from "./securityGroups";
import type { RegionNetworkOutputs, SecurityRole } from "../../resources/types";

export interface RegionNetworkArgs {
  readonly plan: RegionNetworkPlan;
  /** ARN of the key that encrypts the flow logs; its policy allows CloudWatch Logs of the region to use it. */
  readonly keyArn: pulumi.Input<string>;
}

/** Resources by their names in the plan. */
type ByName<T> = ReadonlyMap<string, T>;

/**
 * A region's VPC, with its gateways, routes, endpoints and security groups.
 *
 * The engine's order deletes it cleanly: a pod subnet before the range that contains it, a route before its target, a NAT gateway
 * before the internet gateway that its address needs.
 */
export class RegionNetwork extends pulumi.ComponentResource implements RegionNetworkOutputs {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: Readonly<Record<Tier, readonly pulumi.Output<string>[]>>;
  readonly securityGroupIds: Readonly<Record<SecurityRole, pulumi.Output<string>>>;
  /** By their names in the plan. */
  readonly routeTableIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** Public source addresses of the region's nodes and pods on the Internet. */
  readonly natAddresses: readonly pulumi.Output<string>[];
  readonly ready: readonly pulumi.Resource[];
  private readonly plan: RegionNetworkPlan;

  constructor(name: string, args: RegionNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:RegionNetwork", name, {}, opts);
    const { plan, keyArn } = args;
    this.plan = plan;
    const vpc = this.createVpc();
    const subnets = this.createSubnets(vpc);
    const internet = new ec2.InternetGateway(
      plan.internetGateway,
      { vpcId: vpc.id, tags: this.tags(plan.internetGateway) },
      { parent: this },
    );
    const addresses = this.createAddresses(internet);
    const gateways = this.createNatGateways(subnets, addresses, internet);
    const tables = this.createRouteTables(vpc);
    const routes = this.createRoutes(tables, internet, gateways);
    const associations = this.createAssociations(tables, subnets);
    const groups = new SecurityGroups(name, { vpc, plans: plan.securityGroups }, { parent: this });
    const endpoints = this.createEndpoints(vpc, subnets, tables, groups.ids.endpoints);
    new FlowLogs(name, { vpc, plan: plan.flowLogs, keyArn }, { parent: this });

    this.vpcId = vpc.id;
    this.subnetIds = {
      public: this.idsOf("public", subnets),
      private: this.idsOf("private", subnets),
      isolated: this.idsOf("isolated", subnets),
      pods: this.idsOf("pods", subnets),
    };
    this.securityGroupIds = groups.ids;
    this.routeTableIds = Object.fromEntries([...tables].map(([key, table]) => [key, table.id]));
    this.natAddresses = [...addresses.values()].map(({ publicIp }) => publicIp);
    this.ready = [...routes, ...associations, ...endpoints, ...groups.rules];
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** The VPC's default group, which allows traffic between its members, is unused: its rules are removed. */
  private createVpc(): ec2.Vpc {
    const { name, cidr } = this.plan.vpc;
    const vpc = new ec2.Vpc(
      name,
      {
        cidrBlock: cidr,
        // DNS resolves the names of private endpoints, of clusters and of AWS services, only with both.
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: this.tags(name),
      },
      { parent: this },
    );
    new ec2.DefaultSecurityGroup(name, { vpcId: vpc.id, tags: this.tags(name) }, { parent: this });
    return vpc;
  }

  private createSubnets(vpc: ec2.Vpc): ByName<ec2.Subnet> {
    const blocks = new Map(
      this.plan.vpc.podBlocks.map(({ name, cidr }) => [
        name,
        new ec2.VpcIpv4CidrBlockAssociation(
          name,
          { vpcId: vpc.id, cidrBlock: cidr },
          { parent: this },
        ),
      ]),
    );
    return new Map(
      this.plan.subnets.map(({ name, zone, cidr, podBlock, tags }) => {
        const block = podBlock === undefined ? undefined : found(blocks, podBlock);
        const subnet = new ec2.Subnet(
          name,
          {
            // The association's output: the subnet is created after the range and deleted before it.
            vpcId: block === undefined ? vpc.id : block.vpcId,
            availabilityZone: zone,
            cidrBlock: cidr,
            // Load balancers and NAT gateways get their public addresses explicitly.
            mapPublicIpOnLaunch: false,
            tags: { ...this.tags(name), ...tags },
          },
          { parent: this },
        );
        return [name, subnet];
      }),
    );
  }

  private createAddresses(internet: ec2.InternetGateway): ByName<ec2.Eip> {
    return new Map(
      this.plan.natGateways.map(({ name }) => [
        name,
        new ec2.Eip(
          name,
          { domain: "vpc", tags: this.tags(name) },
          { parent: this, dependsOn: [internet] },
        ),
      ]),
    );
  }

  private createNatGateways(
    subnets: ByName<ec2.Subnet>,
    addresses: ByName<ec2.Eip>,
    internet: ec2.InternetGateway,
  ): ByName<ec2.NatGateway> {
    return new Map(
      this.plan.natGateways.map(({ name, subnet }) => [
        name,
        new ec2.NatGateway(
          name,
          {
            subnetId: found(subnets, subnet).id,
            allocationId: found(addresses, name).allocationId,
            tags: this.tags(name),
          },
          { parent: this, dependsOn: [internet] },
        ),
      ]),
    );
  }

  private createRouteTables(vpc: ec2.Vpc): ByName<ec2.RouteTable> {
    return new Map(
      this.plan.routeTables.map(({ name }) => [
        name,
        new ec2.RouteTable(name, { vpcId: vpc.id, tags: this.tags(name) }, { parent: this }),
      ]),
    );
  }

  private createRoutes(
    tables: ByName<ec2.RouteTable>,
    internet: ec2.InternetGateway,
    gateways: ByName<ec2.NatGateway>,
  ): readonly ec2.Route[] {
    return this.plan.routeTables.flatMap(({ name, wayOut }) => {
      const target = targetOf(wayOut, internet, gateways);
      if (target === undefined) return [];
      const routeTableId = found(tables, name).id;
      return new ec2.Route(
        `${name}-out`,
        { routeTableId, destinationCidrBlock: "0.0.0.0/0", ...target },
        { parent: this },
      );
    });
  }

  private createAssociations(
    tables: ByName<ec2.RouteTable>,
    subnets: ByName<ec2.Subnet>,
  ): readonly ec2.RouteTableAssociation[] {
    return this.plan.routeTables.flatMap((table) =>
      table.subnets.map(
        (name) =>
          new ec2.RouteTableAssociation(
            name,
            { routeTableId: found(tables, table.name).id, subnetId: found(subnets, name).id },
            { parent: this },
          ),
      ),
    );
  }

  private createEndpoints(
    vpc: ec2.Vpc,
    subnets: ByName<ec2.Subnet>,
    tables: ByName<ec2.RouteTable>,
    groupId: pulumi.Input<string>,
  ): readonly ec2.VpcEndpoint[] {
    return this.plan.endpoints.map(
      (plan) =>
        new ec2.VpcEndpoint(
          plan.name,
          {
            vpcId: vpc.id,
            serviceName: plan.service,
            ...kindOf(plan, subnets, tables, groupId),
            tags: this.tags(plan.name),
          },
          { parent: this },
        ),
    );
  }

  private idsOf(tier: Tier, subnets: ByName<ec2.Subnet>): readonly pulumi.Output<string>[] {
    return subnetsOf(this.plan.subnets, tier).map(({ name }) => found(subnets, name).id);
  }

  /** The name in the AWS console; no selector uses it. */
  private tags(name: string): Readonly<Record<string, string>> {
    return { Name: awsName(this.plan.environment, name) };
  }
}

function targetOf(
  wayOut: RouteTablePlan["wayOut"],
  internet: ec2.InternetGateway,
  gateways: ByName<ec2.NatGateway>,
): Pick<ec2.RouteArgs, "gatewayId" | "natGatewayId"> | undefined {
  switch (wayOut.kind) {
    case "internet":
      return { gatewayId: internet.id };
    case "nat":
      return { natGatewayId: found(gateways, wayOut.gateway).id };
    case "none":
      return undefined;
  }
}

function kindOf(
  plan: EndpointPlan,
  subnets: ByName<ec2.Subnet>,
  tables: ByName<ec2.RouteTable>,
  groupId: pulumi.Input<string>,
): Partial<ec2.VpcEndpointArgs> {
  switch (plan.kind) {
    case "gateway":
      return {
        vpcEndpointType: "Gateway",
        routeTableIds: plan.routeTables.map((name) => found(tables, name).id),
      };
    case "interface":
      return {
        vpcEndpointType: "Interface",
        subnetIds: plan.subnets.map((name) => found(subnets, name).id),
        securityGroupIds: [groupId],
        privateDnsEnabled: true,
      };
  }
}

/** @throws RangeError when the plan references a part that it does not have. */
function found<T>(parts: ByName<T>, name: string): T {
  const part = parts.get(name);
  if (part === undefined) throw new RangeError(`the plan has no part ${name}`);
  return part;
}
