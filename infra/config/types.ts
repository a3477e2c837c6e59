/**
 * The configuration as the other modules see it: validated, with all defaults applied.
 *
 * The schemas define the form that a person writes, and describe each option; `parse.ts` converts it to this one. The types are those of
 * the schemas, except where a default depends on other options: code that reads an `Environment` never has to handle an omitted option
 * that has a default.
 */

import type { DeliveryConfig } from "../components/delivery/configuration";
import type { AwsFlagsConfig, FlagsConfig } from "../components/rollouts/configuration";
import type { alarmsSchema } from "./alertsSchema";
import type { awsSchema } from "./awsSchema";
import type { FailbackConfig } from "./failbackSchema";
import type { Parsed } from "./option";
import type { regionSchema } from "./regionSchema";
import type { failoverSchema, trafficSchema } from "./schema";

export type * from "../components/delivery/configuration/types";
export type {
  AwsFlagsConfig,
  FlagsConfig,
  RelayConfig,
} from "../components/rollouts/configuration";

export type { AutomaticFailback, FailbackConfig } from "./failbackSchema";

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
export interface AwsConfig extends Omit<Parsed<typeof awsSchema>, "home" | "alarms"> {
  /** By default the region of the hub. */
  readonly home: string;
  /** By default the recipients of the budget's alerts. */
  readonly alarms: Parsed<typeof alarmsSchema>;
}

export type Architecture = AwsConfig["architectures"][number];

/** Aurora PostgreSQL in each region. */
export type DatabaseConfig = NonNullable<AwsConfig["database"]>;

/** Valkey in each region. */
export type CacheConfig = NonNullable<AwsConfig["cache"]>;

/** One entry of the region list, which determines clusters, addresses and federation. */
export type RegionConfig = Required<Parsed<typeof regionSchema>>;

/** The hub region also hosts the clusters that manage the others. */
export type RegionRole = RegionConfig["role"];

/** Capacity of one node for pods. */
export type NodeConfig = RegionConfig["node"];

export interface FederationConfig {
  readonly failover: Omit<Parsed<typeof failoverSchema>, "profile" | "failback"> & {
    /** By default fast on this machine, and steady on AWS. */
    readonly profile: FailoverProfile;
    readonly failback: FailbackConfig;
  };
}

export type FailoverProfile = NonNullable<Parsed<typeof failoverSchema>["profile"]>;

export type TrafficConfig = Required<Parsed<typeof trafficSchema>>;

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
