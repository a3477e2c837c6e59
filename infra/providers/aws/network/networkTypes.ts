import type { Labels } from "../../../plan/types";
import type { SecurityGroupPlan } from "./securityGroups";
import type { Tier } from "./subnets";

/** The network of one region. Its parts reference each other by `name`, which is also their logical name. */
export interface RegionNetworkPlan {
  readonly region: string;
  readonly environment: string;
  readonly vpc: VpcPlan;
  /** By tier, then in zone order. */
  readonly subnets: readonly SubnetPlan[];
  readonly internetGateway: string;
  /** One for each zone, or one for the region. */
  readonly natGateways: readonly NatGatewayPlan[];
  /** Every subnet belongs to exactly one. */
  readonly routeTables: readonly RouteTablePlan[];
  readonly endpoints: readonly EndpointPlan[];
  readonly flowLogs: FlowLogsPlan;
  readonly securityGroups: readonly SecurityGroupPlan[];
}

export interface VpcPlan {
  readonly name: string;
  readonly cidr: string;
  /** Ranges for pods, in addition to `cidr`. */
  readonly podBlocks: readonly PodBlockPlan[];
}

export interface PodBlockPlan {
  readonly name: string;
  readonly cidr: string;
}

export interface SubnetPlan {
  readonly name: string;
  readonly tier: Tier;
  /** Full name of the zone, e.g. "eu-west-1a". */
  readonly zone: string;
  readonly cidr: string;
  /** Name of the pod range that contains it; absent for the VPC's own range. */
  readonly podBlock?: string;
  /** Tags by which load balancers and nodes select it. */
  readonly tags: Labels;
}

export interface NatGatewayPlan {
  readonly name: string;
  /** Its public subnet. */
  readonly subnet: string;
}

export interface RouteTablePlan {
  readonly name: string;
  /** The tier that uses it; a private tier's table also serves the zone's pods. */
  readonly tier: Exclude<Tier, "pods">;
  readonly subnets: readonly string[];
  readonly wayOut: WayOut;
}

/** Target of the route for 0.0.0.0/0. */
export type WayOut =
  | { readonly kind: "internet" }
  | { readonly kind: "nat"; readonly gateway: string }
  | { readonly kind: "none" };

/** A private connection to an AWS service. */
export type EndpointPlan = GatewayEndpointPlan | InterfaceEndpointPlan;

/** A route to the service, free of charge. */
export interface GatewayEndpointPlan {
  readonly kind: "gateway";
  readonly name: string;
  readonly service: string;
  readonly routeTables: readonly string[];
}

/** Network interfaces of the service, with a charge for each hour and zone. */
export interface InterfaceEndpointPlan {
  readonly kind: "interface";
  readonly name: string;
  readonly service: string;
  readonly subnets: readonly string[];
}

export interface FlowLogsPlan {
  readonly name: string;
  /** Log group of CloudWatch. */
  readonly logGroup: string;
  /** IAM role that writes the log, unique in the account. */
  readonly role: string;
  /** The only account on whose behalf the role may be assumed. */
  readonly account: string;
  readonly retentionDays: number;
  readonly aggregationSeconds: number;
}
