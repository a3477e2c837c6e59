import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Region } from "../../../resources/foundation";

/**
 * Interfaces between the components of an AWS region. Each contains the outputs of one component, so that the others can be
 * tested with a fake of it.
 */

/** Outputs of the region's network. Lists are in zone order. */
export interface RegionNetworkOutputs {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: {
    /** Internet-facing load balancers, and NAT gateways. */
    readonly public: readonly pulumi.Output<string>[];
    /** Nodes and internal load balancers. */
    readonly private: readonly pulumi.Output<string>[];
    /** Databases and caches: no outbound route. */
    readonly isolated: readonly pulumi.Output<string>[];
    /** Pods, from the region's range for pods. */
    readonly pods: readonly pulumi.Output<string>[];
  };
  readonly securityGroupIds: Readonly<Record<SecurityRole, pulumi.Output<string>>>;
  /** The network with its routes: a resource that needs outbound traffic depends on these. */
  readonly ready: readonly pulumi.Resource[];
}

/** edge: the gateway's load balancer. federation: Karmada's. clusters: access to API servers from within the platform. */
export type SecurityRole = "edge" | "federation" | "clusters" | "endpoints" | "database" | "cache";

/** Keys and buckets that a region's parts share. */
export interface RegionSharedOutputs {
  /** ARN of the region's replica of the platform's multi-Region KMS key. */
  readonly keyArn: pulumi.Output<string>;
  /** Name of the region's bucket for access logs, encrypted with S3's own keys, as load balancers require. */
  readonly accessLogBucket: pulumi.Output<string>;
  /** ARN of the topic that the region's alarms notify. */
  readonly alarmTopicArn: pulumi.Output<string>;
}

/** Outputs of the platform's resources that belong to no region. */
export interface GlobalOutputs {
  /** By region: all regions of the environment and the hub's. */
  readonly regions: Readonly<Record<string, RegionSharedOutputs>>;
  readonly zoneId: pulumi.Output<string>;
  /** Hosts of the registry, by region: `<account>.dkr.ecr.<region>.amazonaws.com`. */
  readonly registries: Readonly<Record<string, string>>;
}

/** An EKS cluster. `ready` contains the resources that pods need to run: node identity, pools, network policy. */
export interface EksRegionOutputs extends Region {
  /** Security group that EKS assigns to nodes and control plane. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** The cluster's name in EKS, unique per account and region. */
  readonly eksName: string;
}

/** Public endpoint of a load balancer. */
export interface EdgeOutputs {
  readonly dnsName: pulumi.Output<string>;
  /** Hosted zone of the load balancer's own name, for alias records. */
  readonly zoneId: pulumi.Output<string>;
}

/** The engine's providers, by AWS region. All resources in a region inherit theirs from their parent. */
export type RegionProviders = Readonly<Record<string, aws.Provider>>;
