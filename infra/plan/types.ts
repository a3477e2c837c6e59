import type { FlagContext } from "../components/rollouts/sources";
import type { DeliveryConfig, Environment, FailoverProfile, RegionRole } from "../config/types";

/** Everything that is decided before anything is built. Plain data: it can be printed, compared and tested. */
export interface PlatformPlan {
  readonly environment: Environment;
  readonly hub: HubPlan;
  readonly federation: FederationPlan;
  /** In the order of the configuration. */
  readonly regions: readonly RegionPlan[];
  readonly delivery: DeliveryConfig;
  readonly traffic: TrafficPlan;
  /** What works but is unwise, each with how to fix it. Empty when all is well. */
  readonly warnings: readonly string[];
}

/** The management cluster: Argo CD and the parts that look over all regions live here. */
export interface HubPlan {
  readonly clusterName: string;
  /** The region that houses it. */
  readonly region: string;
  readonly network: Network;
}

/** The federation's own API server (Karmada), to which the regions are joined. */
export interface FederationPlan {
  readonly clusterName: string;
  readonly network: Network;
  readonly failover: FailoverPlan;
}

/** Karmada's timings, named after its flags. */
export interface FailoverPlan {
  readonly profile: FailoverProfile;
  /** `--cluster-status-update-frequency`, seconds. */
  readonly statusUpdateFrequencySeconds: number;
  /** `--cluster-failure-threshold`, seconds. */
  readonly failureThresholdSeconds: number;
  /** `--cluster-success-threshold`, seconds. */
  readonly successThresholdSeconds: number;
  /** `--cluster-monitor-period`, seconds. */
  readonly monitorPeriodSeconds: number;
  /** `--cluster-monitor-grace-period`, seconds. */
  readonly monitorGracePeriodSeconds: number;
  /** `--resource-eviction-rate`, objects a second. */
  readonly evictionsPerSecond: number;
}

/** One region's cluster. */
export interface RegionPlan {
  /** The configuration's name, e.g. "eu-west-1". */
  readonly name: string;
  readonly clusterName: string;
  readonly role: RegionRole;
  /** Share of replicas relative to the other regions. */
  readonly weight: number;
  /** Labels of the region's cluster wherever clusters are selected: Karmada's Cluster, Argo CD's cluster secret. */
  readonly labels: Labels;
  readonly zones: readonly ZonePlan[];
  /** The nodes of all zones, zone by zone. */
  readonly nodes: readonly NodePlan[];
  readonly network: Network;
  /** As flags' rules see it. */
  readonly flagContext: FlagContext;
}

export interface ZonePlan {
  /** Whole name, e.g. "eu-west-1a". */
  readonly name: string;
  readonly nodes: readonly NodePlan[];
}

export type CapacityType = "on-demand" | "spot";

export interface NodePlan {
  /** Unique over all regions, e.g. "eu-west-1a-0". */
  readonly name: string;
  readonly region: string;
  /** Whole name of the zone. */
  readonly zone: string;
  readonly capacityType: CapacityType;
  readonly instanceType: string;
  readonly labels: Labels;
  readonly allocatable: Allocatable;
  /** None today: spot nodes are told apart by label, so that nothing needs a toleration to run at all. */
  readonly taints: readonly Taint[];
}

/** As Kubernetes writes it in a node's status. */
export interface Allocatable {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export type Labels = Readonly<Record<string, string>>;

/** Three ranges of one cluster. None overlaps another's, in this cluster or any other. */
export interface Network {
  /** The nodes' addresses: the VPC on AWS. */
  readonly vpc: string;
  readonly pods: string;
  readonly services: string;
}

/** How requests find a region, on this machine. */
export interface TrafficPlan {
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly check: HealthCheckPlan;
  /** Apps that are reached from outside, each at `<app>.<domain>`. */
  readonly apps: readonly string[];
  /** One for each region, in their order. */
  readonly edges: readonly EdgePlan[];
}

/** How the DNS server finds out whether an edge takes traffic. */
export interface HealthCheckPlan {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Failures in a row until an edge counts as down. */
  readonly failureThreshold: number;
}

/** Where a region is reached. */
export interface EdgePlan {
  readonly region: string;
  /** First two bytes of the region's loopback network: its edge, pods and simulated clients have addresses within. */
  readonly network: string;
  /** IPv4 address of its gateway. */
  readonly address: string;
  /** Networks whose clients are nearest to it. */
  readonly clients: readonly string[];
}

/** A member of a division. */
export interface Member {
  readonly name: string;
  /** Relative share, 0 or more. */
  readonly weight: number;
}

/** How many replicas each member gets; every member has its entry, 0 included. */
export type Shares = Readonly<Record<string, number>>;

/** What one workload asks for over all regions. */
export interface Demand {
  readonly name: string;
  readonly replicas: number;
  /** Of one replica, in thousandths of a core. */
  readonly cpuMillicores: number;
  /** Of one replica. */
  readonly memoryBytes: number;
}

/** Whether the regions that are left hold the whole demand when one is lost. */
export interface SpareCapacity {
  /** The region that is lost. */
  readonly lost: string;
  readonly fits: boolean;
  /** What lacks, region by region; empty when everything fits. */
  readonly shortages: readonly Shortage[];
  /** What lacks and how to fix it, in words; absent when everything fits. */
  readonly warning?: string;
}

/** What a surviving region would need on top of all its nodes. Figures are 0 or more. */
export interface Shortage {
  readonly region: string;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly pods: number;
}
