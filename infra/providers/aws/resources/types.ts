import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Region } from "../../../resources/foundation";

/**
 * What the parts of a region on AWS know of each other. Each is the public face of a component of this
 * folder, so that a part can be tested with a fake of another.
 */

/** The region's network, once there. Lists are in the order of the region's zones. */
export interface RegionNetworkOutputs {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: {
    /** Load balancers that the world reaches, and NAT gateways. */
    readonly public: readonly pulumi.Output<string>[];
    /** Nodes and inner load balancers. */
    readonly private: readonly pulumi.Output<string>[];
    /** Databases and caches: no way out. */
    readonly isolated: readonly pulumi.Output<string>[];
    /** Pods, from the region's range for pods. */
    readonly pods: readonly pulumi.Output<string>[];
  };
  readonly securityGroupIds: Readonly<Record<SecurityRole, pulumi.Output<string>>>;
  /** The network with its routes: what needs a way out waits for these. */
  readonly ready: readonly pulumi.Resource[];
}

/** edge: the gateway's load balancer. federation: Karmada's. clusters: who may reach API servers within the platform. */
export type SecurityRole = "edge" | "federation" | "clusters" | "endpoints" | "database" | "cache";

/** Keys and buckets that a region's parts share. */
export interface RegionSharedOutputs {
  /** ARN of the region's replica of the platform's multi-Region KMS key. */
  readonly keyArn: pulumi.Output<string>;
  /** Name of the region's bucket for access logs, encrypted with S3's own keys as load balancers ask. */
  readonly accessLogBucket: pulumi.Output<string>;
}

/** The platform's parts that belong to no region. */
export interface GlobalOutputs {
  /** By region, every region of the environment and the hub's. */
  readonly regions: Readonly<Record<string, RegionSharedOutputs>>;
  readonly zoneId: pulumi.Output<string>;
  /** Hosts of the registry, by region: `<account>.dkr.ecr.<region>.amazonaws.com`. */
  readonly registries: Readonly<Record<string, string>>;
}

/** A cluster of EKS. `ready` holds what pods need before they can run: nodes' identity, pools, network policy. */
export interface EksRegionOutputs extends Region {
  /** Security group that EKS gives to nodes and control plane. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** Name as EKS knows it, unique in the account's region. */
  readonly eksName: string;
}

/** Where the world reaches a region. */
export interface EdgeOutputs {
  readonly dnsName: pulumi.Output<string>;
  /** Hosted zone of the load balancer's own name, for alias records. */
  readonly zoneId: pulumi.Output<string>;
}

/** The engine's connection to one AWS region. All that is in the region inherits it from its parent. */
export type RegionProviders = Readonly<Record<string, aws.Provider>>;
