import { contains, parseCidr } from "../../../config/cidr";
import type { AwsEnvironment } from "../../../config/types";
import type { Labels, RegionPlan } from "../../../plan/types";
import { awsName, environmentTag } from "../account/names";
import type {
  EndpointPlan,
  FlowLogsPlan,
  NatGatewayPlan,
  PodBlockPlan,
  RegionNetworkPlan,
  RouteTablePlan,
  SubnetPlan,
} from "./networkTypes";
import { planSecurityGroups } from "./securityGroups";
import { type Tier, carveSubnets, podBlocks } from "./subnets";

export type * from "./networkTypes";

/** Tag of a subnet's tier: a NodeClass selects by it, together with `environmentTag`. */
export const tierTag = "meridian.dev/tier";

/**
 * Plans a region's network. It depends on other regions only in the security rules that allow their traffic.
 *
 * @param regions all regions of the environment, including `region`.
 * @throws RangeError for more zones than a network has room for.
 */
export function planNetwork(
  environment: AwsEnvironment,
  region: RegionPlan,
  regions: readonly RegionPlan[],
): RegionNetworkPlan {
  const blocks = podBlocks(region.network.pods).map((cidr, index) => ({
    name: index === 0 ? `${region.name}-pods` : `${region.name}-pods-${index + 1}`,
    cidr,
  }));
  const subnets = planSubnets(environment, region, blocks);
  const natGateways = planNatGateways(environment, region, subnets);
  const routeTables = planRouteTables(region, subnets, natGateways);
  return {
    region: region.name,
    environment: environment.name,
    vpc: { name: `${region.name}-vpc`, cidr: region.network.vpc, podBlocks: blocks },
    subnets,
    internetGateway: `${region.name}-internet`,
    natGateways,
    routeTables,
    endpoints: planEndpoints(environment, region, subnets, routeTables),
    flowLogs: planFlowLogs(environment, region),
    securityGroups: planSecurityGroups(environment, region, regions),
  };
}

/** The subnets of a tier, in zone order. */
export function subnetsOf(subnets: readonly SubnetPlan[], tier: Tier): readonly SubnetPlan[] {
  return subnets.filter((subnet) => subnet.tier === tier);
}

function planSubnets(
  environment: AwsEnvironment,
  region: RegionPlan,
  blocks: readonly PodBlockPlan[],
): readonly SubnetPlan[] {
  const letters = region.zones.map(({ name }) => name.slice(region.name.length));
  return carveSubnets(region.network, letters).map(({ tier, zone, cidr }) => {
    const block = tier === "pods" ? blockOf(cidr, blocks) : undefined;
    return {
      name: `${region.name}-${tier}-${zone}`,
      tier,
      zone: `${region.name}${zone}`,
      cidr,
      ...(block !== undefined && { podBlock: block.name }),
      tags: subnetTags(environment, tier),
    };
  });
}

function blockOf(cidr: string, blocks: readonly PodBlockPlan[]): PodBlockPlan | undefined {
  const inner = parseCidr(cidr);
  return blocks.find((block) => {
    const outer = parseCidr(block.cidr);
    return inner !== undefined && outer !== undefined && contains(outer, inner);
  });
}

/** Tags by which Kubernetes' load balancer controllers discover subnets: the controllers' own keys. */
const balancerTags: Readonly<Record<Tier, Labels>> = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  isolated: {},
  pods: {},
};

function subnetTags(environment: AwsEnvironment, tier: Tier): Labels {
  return { [tierTag]: tier, [environmentTag]: environment.name, ...balancerTags[tier] };
}

/** One for each zone; or one in the first configured zone, whose loss cuts off the whole region's outbound traffic. */
function planNatGateways(
  { aws }: AwsEnvironment,
  region: RegionPlan,
  subnets: readonly SubnetPlan[],
): readonly NatGatewayPlan[] {
  const all = subnetsOf(subnets, "public").map(({ name, zone }) => ({
    name: `${region.name}-nat-${zone.slice(region.name.length)}`,
    subnet: name,
  }));
  switch (aws.natGateways) {
    case "zone":
      return all;
    case "region":
      return all.slice(0, 1);
  }
}

/** One for the public subnets, one for the nodes and pods of each zone, one for the subnets without an outbound route. */
function planRouteTables(
  region: RegionPlan,
  subnets: readonly SubnetPlan[],
  gateways: readonly NatGatewayPlan[],
): readonly RouteTablePlan[] {
  const names = (tier: Tier) => subnetsOf(subnets, tier).map(({ name }) => name);
  const inZones = subnetsOf(subnets, "private").map(({ name, zone }, index): RouteTablePlan => {
    const gateway = gateways[index] ?? gateways[0];
    if (gateway === undefined) throw new RangeError(`region ${region.name} has no zone`);
    const pods = subnetsOf(subnets, "pods").filter((subnet) => subnet.zone === zone);
    return {
      name,
      tier: "private",
      subnets: [name, ...pods.map((subnet) => subnet.name)],
      wayOut: { kind: "nat", gateway: gateway.name },
    };
  });
  return [
    {
      name: `${region.name}-public`,
      tier: "public",
      subnets: names("public"),
      wayOut: { kind: "internet" },
    },
    ...inZones,
    {
      name: `${region.name}-isolated`,
      tier: "isolated",
      subnets: names("isolated"),
      wayOut: { kind: "none" },
    },
  ];
}

/** S3 stores the image layers. Both endpoints are free, and their traffic has no NAT gateway charge. */
const gatewayServices = ["s3", "dynamodb"] as const;

/**
 * Services that work without the NAT gateways, and at lower cost than through them.
 *
 * ecr.api and ecr.dkr: nodes pull images. eks-auth: pods get their credentials (Pod Identity). sts: Argo CD and workloads
 * authenticate. secretsmanager: External Secrets. logs: log shippers send the largest volume.
 *
 * Left out: ec2 and elasticloadbalancing, because under Auto Mode the controllers that call these run outside the VPC and nodes
 * have no permissions for them; kms, because the services that encrypt call it themselves; eks, which no pod needs, hides the
 * issuer of the clusters' tokens and is not available in every region.
 */
const interfaceServices = [
  "ecr.api",
  "ecr.dkr",
  "eks-auth",
  "logs",
  "secretsmanager",
  "sts",
] as const;

/**
 * A configuration that saves on NAT gateways has none of these either: together they cost more than the gateway that replaces them.
 */
function planEndpoints(
  { aws }: AwsEnvironment,
  region: RegionPlan,
  subnets: readonly SubnetPlan[],
  routeTables: readonly RouteTablePlan[],
): readonly EndpointPlan[] {
  const named = (service: string) => ({
    name: `${region.name}-${service.replaceAll(".", "-")}`,
    service: `com.amazonaws.${region.name}.${service}`,
  });
  const tables = routeTables.filter(({ tier }) => tier === "private").map(({ name }) => name);
  const inner = subnetsOf(subnets, "private").map(({ name }) => name);
  const paid = aws.natGateways === "region" ? [] : interfaceServices;
  return [
    ...gatewayServices.map((service) => ({
      kind: "gateway" as const,
      ...named(service),
      routeTables: tables,
    })),
    ...paid.map((service) => ({ kind: "interface" as const, ...named(service), subnets: inner })),
  ];
}

/**
 * One year, as common benchmarks require for logs that an investigation needs; one minute, because Nitro nodes write no longer
 * interval.
 */
function planFlowLogs(environment: AwsEnvironment, region: RegionPlan): FlowLogsPlan {
  return {
    name: `${region.name}-flow-logs`,
    logGroup: `/meridian/${environment.name}/flow-logs`,
    // IAM roles are global, so the name contains the region.
    role: awsName(environment.name, `${region.name}-flow-logs`),
    account: environment.aws.accountId,
    retentionDays: 365,
    aggregationSeconds: 60,
  };
}
