import type { FlagContext } from "../components/rollouts/sources";
import type {
  DeliveryConfig,
  Environment,
  FailbackConfig,
  FailoverProfile,
  RegionRole,
} from "../config/types";

/** The complete plan, made before any resource is created. Plain data: it can be printed, compared and tested. */
export interface PlatformPlan {
  readonly environment: Environment;
  readonly hub: HubPlan;
  readonly federation: FederationPlan;
  /** In configuration order. */
  readonly regions: readonly RegionPlan[];
  readonly delivery: DeliveryConfig;
  readonly traffic: TrafficPlan;
  /** Configurations that work but are not advisable, each with its remedy. Empty if there are none. */
  readonly warnings: readonly string[];
}

/** The management cluster: it runs Argo CD and the components that manage all regions. */
export interface HubPlan {
  readonly clusterName: string;
  /** The region that hosts it. */
  readonly region: string;
  readonly network: Network;
}

/** The federation's own API server (Karmada), which the regions join. */
export interface FederationPlan {
  readonly clusterName: string;
  readonly network: Network;
  readonly failover: FailoverPlan;
  readonly failback: FailbackConfig;
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
  /** Labels of the region's cluster for all cluster selectors: Karmada's Cluster, Argo CD's cluster secret. */
  readonly labels: Labels;
  readonly zones: readonly ZonePlan[];
  /** The nodes of all zones, zone by zone. */
  readonly nodes: readonly NodePlan[];
  readonly network: Network;
  /** The region's attributes as flag rules see them. */
  readonly flagContext: FlagContext;
}

export interface ZonePlan {
  /** Full name, e.g. "eu-west-1a". */
  readonly name: string;
  readonly nodes: readonly NodePlan[];
}

export type CapacityType = "on-demand" | "spot";

export interface NodePlan {
  /** Unique over all regions, e.g. "eu-west-1a-0". */
  readonly name: string;
  readonly region: string;
  /** Full name of the zone. */
  readonly zone: string;
  readonly capacityType: CapacityType;
  readonly instanceType: string;
  readonly labels: Labels;
  readonly allocatable: Allocatable;
  /** Currently none: a label distinguishes spot nodes, so no workload needs a toleration. */
  readonly taints: readonly Taint[];
}

/** Same format as in a Kubernetes node's status. */
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

/** The three ranges of one cluster. No range overlaps another, in this cluster or any other. */
export interface Network {
  /** The nodes' addresses: the VPC on AWS. */
  readonly vpc: string;
  readonly pods: string;
  readonly services: string;
}

/** Routing of requests to a region, on this machine. */
export interface TrafficPlan {
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly check: HealthCheckPlan;
  /** Apps that are reachable from outside, each at `<app>.<domain>`. */
  readonly apps: readonly string[];
  /** One for each region, in region order. */
  readonly edges: readonly EdgePlan[];
}

/** Health check by which the DNS server decides whether an edge receives traffic. */
export interface HealthCheckPlan {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Consecutive failures until an edge counts as down. */
  readonly failureThreshold: number;
}

/** Entry point of a region. */
export interface EdgePlan {
  readonly region: string;
  /** First two bytes of the region's loopback network, which contains the addresses of its edge, pods and simulated clients. */
  readonly network: string;
  /** IPv4 address of its gateway. */
  readonly address: string;
  /** Networks whose clients are closest to this region. */
  readonly clients: readonly string[];
}

/** A member that receives a share of replicas. */
export interface Member {
  readonly name: string;
  /** Relative share, 0 or more. */
  readonly weight: number;
}

/** Replicas of each member; every member has an entry, including those with 0. */
export type Shares = Readonly<Record<string, number>>;

/** Resource requests of one workload over all regions. */
export interface Demand {
  readonly name: string;
  readonly replicas: number;
  /** Per replica, in thousandths of a core. */
  readonly cpuMillicores: number;
  /** Per replica. */
  readonly memoryBytes: number;
}

/** Whether the remaining regions can hold the whole demand when one is lost. */
export interface SpareCapacity {
  /** The lost region. */
  readonly lost: string;
  readonly fits: boolean;
  /** Missing capacity by region; empty if everything fits. */
  readonly shortages: readonly Shortage[];
  /** Message with the missing capacity and its remedy; absent if everything fits. */
  readonly warning?: string;
}

/** Capacity that a surviving region would need in addition to all its nodes. Values are 0 or more. */
export interface Shortage {
  readonly region: string;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly pods: number;
}
