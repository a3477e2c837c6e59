import type { Labels } from "../../../plan/types";
import type { SecurityGroupPlan } from "./securityGroups";
import type { Tier } from "./subnets";

/** Everything of one region's network. References between its parts are by `name`, which is also their logical name. */
export interface RegionNetworkPlan {
  readonly region: string;
  readonly environment: string;
  readonly vpc: VpcPlan;
  /** Tier by tier, within it in the order of the zones. */
  readonly subnets: readonly SubnetPlan[];
  readonly internetGateway: string;
  /** One for each zone, or one. */
  readonly natGateways: readonly NatGatewayPlan[];
  /** Every subnet is in exactly one. */
  readonly routeTables: readonly RouteTablePlan[];
  readonly endpoints: readonly EndpointPlan[];
  readonly flowLogs: FlowLogsPlan;
  readonly securityGroups: readonly SecurityGroupPlan[];
}

export interface VpcPlan {
  readonly name: string;
  readonly cidr: string;
  /** Ranges for pods, beside `cidr`. */
  readonly podBlocks: readonly PodBlockPlan[];
}

export interface PodBlockPlan {
  readonly name: string;
  readonly cidr: string;
}

export interface SubnetPlan {
  readonly name: string;
  readonly tier: Tier;
  /** Whole name of the zone, e.g. "eu-west-1a". */
  readonly zone: string;
  readonly cidr: string;
  /** The range of pods that it lies in, by name; absent: the VPC's own range. */
  readonly podBlock?: string;
  /** What load balancers and nodes find it by. */
  readonly tags: Labels;
}

export interface NatGatewayPlan {
  readonly name: string;
  /** The public subnet in which it stands. */
  readonly subnet: string;
}

export interface RouteTablePlan {
  readonly name: string;
  /** Who uses it; that of a private tier serves the zone's pods too. */
  readonly tier: Exclude<Tier, "pods">;
  readonly subnets: readonly string[];
  readonly wayOut: WayOut;
}

/** Where 0.0.0.0/0 leads. */
export type WayOut =
  | { readonly kind: "internet" }
  | { readonly kind: "nat"; readonly gateway: string }
  | { readonly kind: "none" };

/** A private way to one of AWS' services. */
export type EndpointPlan = GatewayEndpointPlan | InterfaceEndpointPlan;

/** A route to the service: costs nothing. */
export interface GatewayEndpointPlan {
  readonly kind: "gateway";
  readonly name: string;
  readonly service: string;
  readonly routeTables: readonly string[];
}

/** Network interfaces that answer for the service: each costs by the hour and zone. */
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
  /** IAM role by which the log is written, unique in the account. */
  readonly role: string;
  /** The only account on whose behalf the role may be taken. */
  readonly account: string;
  readonly retentionDays: number;
  readonly aggregationSeconds: number;
}
