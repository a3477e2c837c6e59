import type { DatabaseConfig } from "../../config/types";
import type { PlatformPlan, RegionPlan } from "../../plan/types";
import { awsName } from "../../providers/aws/account/names";
import { serviceTrust } from "../../providers/aws/access/policy";
import { type QuietWindows, quietWindows } from "../../providers/aws/data/windows";

/**
 * Aurora PostgreSQL version. 17.7 is the long-term-support release of 17, which receives fixes for some three years without a
 * mandatory minor upgrade ("Using an Aurora PostgreSQL long-term support release" in the Aurora user guide, read in November
 * 2026). Global Database and Serverless v2 support 17 from 17.4 on.
 */
export const databaseEngineVersion = "17.7";

const parameterFamily = "aurora-postgresql17";

/** TCP port of the database. */
export const databasePort = 5432;

/** Threshold in milliseconds: slower statements are logged with their duration. */
export const slowStatementMilliseconds = 500;

/** Retention in CloudWatch, in days, of slow statements and errors. */
export const databaseLogDays = 30;

/** Interval of an instance's operating system metrics. */
export const monitoringSeconds = 60;

/** Retention of Performance Insights in days: the free period. */
export const insightsDays = 7;

/** One PostgreSQL database over all regions: writes go to the home region, each region serves reads. */
export interface DatabasePlan {
  /** Identifier of the global cluster. */
  readonly globalIdentifier: string;
  readonly engineVersion: string;
  readonly databaseName: string;
  /** The user that owns the database. Apps have separate users. */
  readonly administrator: string;
  readonly port: number;
  /** Region of the writer. */
  readonly home: string;
  /** Capacity of an instance in Aurora capacity units of 2 GiB. */
  readonly capacity: { readonly min: number; readonly max: number };
  readonly backupDays: number;
  readonly parameters: ParameterGroupPlan;
  /** Name of the role with which instances publish operating system metrics. */
  readonly monitoringRole: string;
  /** Deletion protection of the global cluster: false once its home is released. */
  readonly kept: boolean;
  /** Home first, then in the order of the configuration. */
  readonly regions: readonly DatabaseRegionPlan[];
}

export interface ParameterGroupPlan {
  /** Contains the family's name: a new major version gets a new group beside the old one. */
  readonly name: string;
  readonly family: string;
  readonly parameters: readonly DatabaseParameter[];
}

export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  /** A static parameter takes effect after a restart. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

export interface DatabaseRegionPlan {
  readonly region: string;
  readonly role: "home" | "secondary";
  readonly clusterIdentifier: string;
  readonly subnetGroup: string;
  /** Log group of Aurora; AWS derives its name from the cluster's. */
  readonly logGroup: string;
  /** Prefix of the final snapshot's name. */
  readonly finalSnapshotPrefix: string;
  readonly windows: QuietWindows;
  /** Deletion protection. */
  readonly kept: boolean;
  readonly instances: readonly DatabaseInstancePlan[];
  readonly alarms: readonly DatabaseAlarmPlan[];
}

export interface DatabaseInstancePlan {
  /** Unique over all regions, like a node's. */
  readonly identifier: string;
  /** Full name of the zone. */
  readonly zone: string;
  /**
   * Order of promotion. Instances in tiers 0 and 1 scale with the writer, so a promoted one has the writer's size immediately;
   * those in higher tiers scale with their own load.
   */
  readonly promotionTier: number;
}

/** Alarm on a replication lag that exceeds its threshold for five minutes. */
export interface DatabaseAlarmPlan {
  /** Identifies the alarm within a region. */
  readonly key: "replica-lag" | "global-lag";
  /** Full name in CloudWatch. */
  readonly name: string;
  readonly description: string;
  readonly measure:
    | {
        readonly kind: "metric";
        readonly metric: string;
        readonly dimensions: Readonly<Record<string, string>>;
      }
    /** A CloudWatch Metrics Insights query. */
    | { readonly kind: "query"; readonly query: string };
  readonly thresholdMilliseconds: number;
  /** Treatment of missing data. */
  readonly silence: "breaching" | "missing";
}

/**
 * Plans the database; undefined if none is configured.
 * @param released Regions whose cluster may be deleted: the step before removing a region or the database. Default: those of the
 *   configuration.
 */
export function planDatabase(
  { environment, regions }: PlatformPlan,
  released?: readonly string[],
): DatabasePlan | undefined {
  if (environment.provider !== "aws" || environment.aws.database === undefined) return undefined;
  const config = environment.aws.database;
  const named = (thing: string) => awsName(environment.name, thing);
  const homeRegion = environment.aws.home;
  const free = new Set(released ?? config.release);
  const home = regions.filter((region) => region.name === homeRegion);
  const others = regions.filter((region) => region.name !== homeRegion);
  return {
    globalIdentifier: named("database"),
    engineVersion: databaseEngineVersion,
    databaseName: "meridian",
    administrator: "meridian",
    port: databasePort,
    home: homeRegion,
    capacity: { min: config.minCapacity, max: config.maxCapacity },
    backupDays: config.backupDays,
    parameters: { name: named(parameterFamily), family: parameterFamily, parameters },
    monitoringRole: named("database-monitoring"),
    kept: !free.has(homeRegion),
    regions: [...home, ...others].map((region) => ({
      ...planRegion(environment.name, region, config, region.name === homeRegion),
      kept: !free.has(region.name),
    })),
  };
}

/** Every parameter that Meridian relies on, including those that equal the default. */
const parameters: readonly DatabaseParameter[] = [
  { name: "log_lock_waits", value: "1", applyMethod: "immediate" },
  {
    name: "log_min_duration_statement",
    value: String(slowStatementMilliseconds),
    applyMethod: "immediate",
  },
  { name: "pg_stat_statements.track", value: "all", applyMethod: "immediate" },
  { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
  { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
];

function planRegion(
  environment: string,
  region: RegionPlan,
  config: DatabaseConfig,
  isHome: boolean,
): Omit<DatabaseRegionPlan, "kept"> {
  // AWS does not require the region's name in it, but lists the clusters of one global cluster together.
  const clusterIdentifier = awsName(environment, region.name);
  const count = isHome ? 1 + config.readers : Math.max(1, config.readers);
  return {
    region: region.name,
    role: isHome ? "home" : "secondary",
    clusterIdentifier,
    subnetGroup: awsName(environment, "database"),
    logGroup: `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
    finalSnapshotPrefix: `${clusterIdentifier}-final`,
    windows: quietWindows(region.name),
    instances: planInstances(clusterIdentifier, region, count),
    alarms: [
      ...(count > 1 || !isHome ? [replicaLag(clusterIdentifier)] : []),
      ...(isHome ? [] : [globalLag(clusterIdentifier, region.name)]),
    ],
  };
}

/** Distributes instances over the zones round-robin. Aurora chooses the writer, so their names have an index, not a role. */
function planInstances(
  cluster: string,
  { zones }: RegionPlan,
  count: number,
): DatabaseInstancePlan[] {
  return Array.from({ length: count }, (_, index) => ({
    identifier: `${cluster}-${index}`,
    zone: zones[index % zones.length]?.name ?? "",
    promotionTier: Math.min(index, 2),
  }));
}

/** Readers share the writer's storage and usually lag by some 20 ms; two seconds are a hundred times that. */
function replicaLag(clusterIdentifier: string): DatabaseAlarmPlan {
  return {
    key: "replica-lag",
    name: `${clusterIdentifier}-replica-lag`,
    description: "Readers are more than 2 s behind the region's storage.",
    measure: {
      kind: "metric",
      metric: "AuroraReplicaLag",
      dimensions: { DBClusterIdentifier: clusterIdentifier, Role: "READER" },
    },
    thresholdMilliseconds: 2000,
    silence: "missing",
  };
}

/**
 * Replication lag between regions is usually under a second. The query has no dimension, as AWS documents none for this metric:
 * it covers every database that is replicated into this region of the account, which is only this one.
 * Missing data also triggers the alarm: it indicates a lost home region.
 */
function globalLag(clusterIdentifier: string, region: string): DatabaseAlarmPlan {
  return {
    key: "global-lag",
    name: `${clusterIdentifier}-global-lag`,
    description: `${region} is more than 5 s behind the writer's region: what a failover would lose.`,
    measure: { kind: "query", query: 'SELECT MAX(AuroraGlobalDBReplicationLag) FROM "AWS/RDS"' },
    thresholdMilliseconds: 5000,
    silence: "breaching",
  };
}

/** Trust policy of the monitoring role: only RDS may assume it. */
export const monitoringTrust = serviceTrust("InstancesReport", "monitoring.rds");

/** Keys of the database in an app's ConfigMap and Secret. */
export const databaseKeys = {
  /** Always resolves to the current writer: for writes, and for reads that have to see their own writes. */
  writerHost: "DATABASE_WRITER_HOST",
  /** In the app's own region: for all other reads. */
  readerHost: "DATABASE_READER_HOST",
  port: "DATABASE_PORT",
  name: "DATABASE_NAME",
  user: "DATABASE_USER",
  password: "DATABASE_PASSWORD",
} as const;

/** ConfigMap data with the connection settings for the apps of one region. It contains no secret. */
export function databaseConnection(
  plan: Pick<DatabasePlan, "port" | "databaseName">,
  hosts: { readonly writer: string; readonly reader: string },
): Readonly<Record<string, string>> {
  return {
    [databaseKeys.writerHost]: hosts.writer,
    [databaseKeys.readerHost]: hosts.reader,
    [databaseKeys.port]: String(plan.port),
    [databaseKeys.name]: plan.databaseName,
  };
}
