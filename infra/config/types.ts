/**
 * The configuration as the other modules see it: validated, with all defaults applied.
 *
 * `schema.ts` defines the form that a person writes; `parse.ts` converts it to this one. They are separate so that code that reads
 * an `Environment` never has to handle an omitted option.
 */

import type { DeliveryConfig } from "../components/delivery/configuration";
import type { AwsFlagsConfig, FlagsConfig } from "../components/rollouts/configuration";

export type * from "../components/delivery/configuration/types";
export type {
  AwsFlagsConfig,
  FlagsConfig,
  RelayConfig,
} from "../components/rollouts/configuration";

/** One environment: one stack, one file `environments/Pulumi.<name>.yaml`. */
export type Environment = LocalEnvironment | AwsEnvironment;

/** All providers. They discriminate `Environment`, which has one member for each. */
export type Provider = Environment["provider"];

/** Fields of every environment, independent of its provider. */
export interface CommonEnvironment {
  /** Stack name: "local", "staging", "production". */
  readonly name: string;
  /** In the order of the file. Never empty; names are unique, addresses disjoint, exactly one is the hub. */
  readonly regions: readonly RegionConfig[];
  readonly federation: FederationConfig;
  readonly delivery: DeliveryConfig;
  readonly traffic: TrafficConfig;
}

/** All regions on this machine: real control planes, simulated nodes. */
export interface LocalEnvironment extends CommonEnvironment {
  readonly provider: "local";
  /** LaunchDarkly; absent if the flags are in the environment's file. */
  readonly flags?: FlagsConfig;
}

/** All regions on AWS. */
export interface AwsEnvironment extends CommonEnvironment {
  readonly provider: "aws";
  readonly aws: AwsConfig;
  /** LaunchDarkly; absent if the flags are in the environment's file, which `up` reads when it runs. */
  readonly flags?: AwsFlagsConfig;
}

/** Options of an environment on AWS. */
export interface AwsConfig {
  /** Twelve digits. Credentials of another account are rejected before any call that changes something. */
  readonly accountId: string;
  /**
   * Region of the resources that cannot move with the hub: the primary copies of keys, images and secrets, the audit trail, the
   * database's writer.
   */
  readonly home: string;
  /** Minor version of EKS, e.g. "1.34". */
  readonly kubernetesVersion: string;
  /** Networks that may reach the API servers from outside; if empty, the API servers are private. */
  readonly apiAccess: readonly string[];
  /** ARNs of the IAM roles that administer the clusters, in addition to the one that creates them. */
  readonly administrators: readonly string[];
  /** Block of the regions' default ranges, 0 or 1: environments in different blocks have no address in common. */
  readonly addressBlock: number;
  /** One NAT gateway for each zone, or one for the whole region. */
  readonly natGateways: "zone" | "region";
  /** Number of regions from which transit gateways connect them; with fewer, each pair is peered. */
  readonly transitGatewayFrom: number;
  /** Processor architectures that nodes may have. */
  readonly architectures: readonly Architecture[];
  /** Whether the zone of `traffic.domain` is created, or an existing one is used. */
  readonly zone: "create" | "adopt";
  /** Repository whose workflows may deploy, "owner/name"; absent if none may. */
  readonly github?: string;
  readonly budget: {
    /** Budget of the account, in US dollars per month. */
    readonly monthlyUsd: number;
    /** Recipients of the notifications at 80 % of it, at 100 %, and when 100 % is forecast. */
    readonly emails: readonly string[];
  };
  /** Recipients of CloudWatch's alarms. Default: those of the budget. */
  readonly alarms: { readonly emails: readonly string[] };
  /** Number of requests from one address in five minutes above which the firewall blocks it. */
  readonly requestsPerFiveMinutes: number;
  /** The relational database; absent if there is none. */
  readonly database?: DatabaseConfig;
  /** The cache in each region; absent if there is none. */
  readonly cache?: CacheConfig;
  /** Mirror of the Helm charts; absent for the publishers' repositories. */
  readonly chartRepository?: string;
}

export type Architecture = "amd64" | "arm64";

/** Aurora PostgreSQL, with its capacity in each region in Aurora capacity units (2 GiB each). */
export interface DatabaseConfig {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** Readers in each region, in addition to the writer in the home region. */
  readonly readers: number;
  readonly backupDays: number;
  /** Regions whose data may be deleted. This removes the deletion protection there; it deletes nothing. */
  readonly release: readonly string[];
}

/** Valkey, in each region. */
export interface CacheConfig {
  readonly nodeType: string;
  /** Replicas in addition to the primary, spread over the zones. */
  readonly replicas: number;
}

/** The hub region also hosts the clusters that manage the others. */
export type RegionRole = "hub" | "member";

/** One entry of the region list, which determines clusters, addresses and federation. */
export interface RegionConfig {
  /** A DNS label; on AWS the region's own name. Permanent identity of the region: a new name is a new region. */
  readonly name: string;
  readonly role: RegionRole;
  /** Suffix letters: "a" in "eu-west-1" is the zone "eu-west-1a". */
  readonly zones: readonly string[];
  /** Nodes in each zone, spot ones included. */
  readonly nodesPerZone: number;
  /** Number of `nodesPerZone` that are spot; at least one node of each zone is not. */
  readonly spotPerZone: number;
  readonly node: NodeConfig;
  /** Share of the replicas, relative to the other regions' weights; a region with 0 gets none. */
  readonly weight: number;
  /** Attributes for flag rules, in addition to the region's name, location and role, e.g. a tier. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The region's address range, which nodes, pods and services share. Overlaps no other region's. */
  readonly cidr: string;
}

/** Capacity of one node for pods. */
export interface NodeConfig {
  /** The cloud provider's name for the size, e.g. "m7i.xlarge". */
  readonly instanceType: string;
  /** Cores. */
  readonly cpu: number;
  /** A Kubernetes quantity of bytes, e.g. "16Gi". */
  readonly memory: string;
  /** Maximum number of pods per node. */
  readonly pods: number;
}

export type FailoverProfile = "fast" | "steady";

export interface FederationConfig {
  readonly failover: {
    /** Time until a region that does not respond counts as lost: "fast" under ten seconds (default on this machine), "steady" about forty (on AWS). */
    readonly profile: FailoverProfile;
    /** Objects evicted from a lost region per second; absent for the profile's own rate. */
    readonly evictionsPerSecond?: number;
    readonly failback: FailbackConfig;
  };
}

/** How replicas return to a region that was lost and is back. */
export type FailbackConfig =
  /** A person runs `meridian rebalance`. */
  { readonly mode: "manual" } | AutomaticFailback;

/** The platform returns them by itself. */
export interface AutomaticFailback {
  readonly mode: "automatic";
  /** Time in seconds for which the region has to be ready without interruption. */
  readonly steadySeconds: number;
  /** Maximum number of workloads that move at a time. */
  readonly maxConcurrent: number;
}

export interface TrafficConfig {
  /** Apps are reached at `<app>.<domain>`. Without a trailing dot. */
  readonly domain: string;
  /** How long a client may cache a DNS response. */
  readonly ttlSeconds: number;
}

/** One diagnostic of a configuration. Never contains a secret: possible secrets are masked before. */
export interface Diagnostic {
  /** Path, as in the file below `config:`, e.g. "meridian:regions[1].cidr". */
  readonly path: string;
  /** The value as printed; "(missing)" if there is none. */
  readonly value: string;
  /** The accepted values. */
  readonly expected: string;
  /** The remedy, as an instruction. */
  readonly remedy: string;
  /** Line in the file, starting at 1, if known. */
  readonly line?: number;
  /** Column in that line, starting at 1. Only for a mistake of the file's syntax. */
  readonly column?: number;
}

export type ParseResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
