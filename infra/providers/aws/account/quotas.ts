import { cpuMillicores } from "../../../config/quantity";
import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import type { QuotaKey } from "./facts";

/** Identifiers of a quota in Service Quotas. */
export interface QuotaCode {
  readonly service: string;
  readonly code: string;
  readonly title: string;
}

/** Codes from the Service Quotas console. */
export const quotaCodes: Readonly<Record<QuotaKey, QuotaCode>> = {
  vpcs: { service: "vpc", code: "L-F678F1CE", title: "VPCs per Region" },
  elasticIps: { service: "ec2", code: "L-0263D0A3", title: "EC2-VPC Elastic IPs" },
  natGatewaysPerZone: {
    service: "vpc",
    code: "L-FE5A380F",
    title: "NAT gateways per Availability Zone",
  },
  clusters: { service: "eks", code: "L-1194D53C", title: "Clusters" },
  onDemandCpus: {
    service: "ec2",
    code: "L-1216C47A",
    title: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
  },
  spotCpus: {
    service: "ec2",
    code: "L-34B43A08",
    title: "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
  },
  loadBalancers: {
    service: "elasticloadbalancing",
    code: "L-53DA6B97",
    title: "Application Load Balancers per Region",
  },
};

/** An environment's use of one quota in a region. */
export interface QuotaNeed {
  readonly region: string;
  readonly quota: QuotaKey;
  /** In the quota's own unit: a count, or vCPUs. */
  readonly needed: number;
}

/** Cores that the hub's Argo CD and Karmada request: at most two nodes of four cores in each of three zones. */
const hubCpus = 24;

/**
 * An environment's use of each quota that can be read before the first resource is created. Other use of the account is not
 * counted, except for networks, whose number is known.
 */
export function quotaNeeds(plan: PlatformPlan): QuotaNeed[] {
  if (plan.environment.provider !== "aws") return [];
  const { aws, delivery } = plan.environment;
  const { natGateways } = aws;
  return plan.regions.flatMap((region) => {
    const hub = region.role === "hub";
    const gateways = natGateways === "zone" ? region.zones.length : 1;
    const needs: Readonly<Record<QuotaKey, number>> = {
      vpcs: 1,
      elasticIps: gateways,
      natGatewaysPerZone: 1,
      clusters: hub ? 2 : 1,
      onDemandCpus: cpusOf(region, "on-demand") + (hub ? hubCpus : 0),
      spotCpus: cpusOf(region, "spot"),
      loadBalancers: hub && delivery.sso !== undefined ? 2 : 1,
    };
    return Object.entries(needs).map(([quota, needed]) => ({
      region: region.name,
      quota: quota as QuotaKey,
      needed,
    }));
  });
}

function cpusOf(region: RegionPlan, type: "on-demand" | "spot"): number {
  return region.nodes
    .filter(({ capacityType }) => capacityType === type)
    .reduce((sum, { allocatable }) => sum + (cpuMillicores(allocatable.cpu) ?? 0) / 1000, 0);
}
