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

/** Tag of a subnet that says its tier: a NodeClass selects by it, together with `environmentTag`. */
export const tierTag = "meridian.dev/tier";

/**
 * Decides a region's network. Depends on the other regions only in the security rules that let them in.
 *
 * @param regions all of the environment, `region` included.
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

/** The subnets of a tier, by name, in the order of the zones. */
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

/** What the load balancers of Kubernetes find their subnets by: the controllers' own keys. */
const balancerTags: Readonly<Record<Tier, Labels>> = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  isolated: {},
  pods: {},
};

function subnetTags(environment: AwsEnvironment, tier: Tier): Labels {
  return { [tierTag]: tier, [environmentTag]: environment.name, ...balancerTags[tier] };
}

/** One for each zone; or one in the first zone of the list, with which the whole region loses its way out. */
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

/** One for what the world reaches, one for each zone's nodes and pods, one for what has no way out. */
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

/** Layers of images are kept in S3. Both cost nothing, and what goes that way isn't paid for at the NAT gateway. */
const gatewayServices = ["s3", "dynamodb"] as const;

/**
 * What goes on without the NAT gateways, and is cheaper than through them.
 *
 * ecr.api and ecr.dkr: nodes pull images. eks-auth: pods get their credentials (Pod Identity). sts: Argo CD and workloads
 * prove who they are. secretsmanager: External Secrets. logs: what ships logs sends most of all.
 *
 * Left out: ec2 and elasticloadbalancing, as under Auto Mode the controllers that call these run outside of the VPC and
 * nodes have no rights to them; kms, as the services that encrypt call it themselves; eks, which no pod needs, hides the
 * issuer of the clusters' tokens, and is not had in every region.
 */
const interfaceServices = [
  "ecr.api",
  "ecr.dkr",
  "eks-auth",
  "logs",
  "secretsmanager",
  "sts",
] as const;

/** Whoever saves on NAT gateways saves on these too: all of them cost more than the gateway that carries their traffic. */
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

/** A year, as the usual benchmarks ask of what an inquiry needs; a minute, as nodes of Nitro write no coarser log anyway. */
function planFlowLogs(environment: AwsEnvironment, region: RegionPlan): FlowLogsPlan {
  return {
    name: `${region.name}-flow-logs`,
    logGroup: `/meridian/${environment.name}/flow-logs`,
    // Roles belong to no region: the name has to.
    role: awsName(environment.name, `${region.name}-flow-logs`),
    account: environment.aws.accountId,
    retentionDays: 365,
    aggregationSeconds: 60,
  };
}
