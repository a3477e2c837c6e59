import type { DatabaseConfig } from "../../config/types";
import type { PlatformPlan, RegionPlan } from "../../plan/types";
import { awsName } from "../../providers/aws/account/names";
import { serviceTrust } from "../../providers/aws/access/policy";
import { type QuietWindows, quietWindows } from "../../providers/aws/data/windows";

/**
 * Aurora PostgreSQL. 17.7 is the long-term-support release of 17, which gets fixes for some three years without a
 * minor upgrade that has to be taken ("Using an Aurora PostgreSQL long-term support release" in the Aurora user guide,
 * read in November 2026). Global Database and Serverless v2 take any 17 from 17.4 on.
 */
export const databaseEngineVersion = "17.7";

const parameterFamily = "aurora-postgresql17";

/** Where the database listens. */
export const databasePort = 5432;

/** Milliseconds from which a statement counts as slow and is logged with its duration. */
export const slowStatementMilliseconds = 500;

/** Days that slow statements and errors are kept in CloudWatch. */
export const databaseLogDays = 30;

/** Seconds between two samples of an instance's operating system. */
export const monitoringSeconds = 60;

/** Days of Performance Insights: the period that costs nothing. */
export const insightsDays = 7;

/** One PostgreSQL database over all regions: written at home, read everywhere. */
export interface DatabasePlan {
  /** Identifier of the global cluster. */
  readonly globalIdentifier: string;
  readonly engineVersion: string;
  readonly databaseName: string;
  /** The user that owns it all. Apps get users of their own. */
  readonly administrator: string;
  readonly port: number;
  /** Region of the writer. */
  readonly home: string;
  /** Capacity of an instance, Aurora capacity units of 2 GiB. */
  readonly capacity: { readonly min: number; readonly max: number };
  readonly backupDays: number;
  readonly parameters: ParameterGroupPlan;
  /** Name of the role by which instances report their operating system. */
  readonly monitoringRole: string;
  /** Whether the whole may not be deleted: false once its home is released. */
  readonly kept: boolean;
  /** Home first, then as configured. */
  readonly regions: readonly DatabaseRegionPlan[];
}

export interface ParameterGroupPlan {
  /** Bears the family's name: a major version gets a group beside the old one. */
  readonly name: string;
  readonly family: string;
  readonly parameters: readonly DatabaseParameter[];
}

export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  /** A static one waits for a restart. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

export interface DatabaseRegionPlan {
  readonly region: string;
  readonly role: "home" | "secondary";
  readonly clusterIdentifier: string;
  readonly subnetGroup: string;
  /** Where Aurora writes its log; AWS decides the name by the cluster's. */
  readonly logGroup: string;
  /** Beginning of the last snapshot's name. */
  readonly finalSnapshotPrefix: string;
  readonly windows: QuietWindows;
  /** Whether it may not be deleted. */
  readonly kept: boolean;
  readonly instances: readonly DatabaseInstancePlan[];
  readonly alarms: readonly DatabaseAlarmPlan[];
}

export interface DatabaseInstancePlan {
  /** Unique over all regions, as a node's is. */
  readonly identifier: string;
  /** Whole name of the zone. */
  readonly zone: string;
  /**
   * Who is promoted first. Tiers 0 and 1 also scale along with the writer, so that the one promoted has its size at
   * once; those above scale by what they do themselves.
   */
  readonly promotionTier: number;
}

/** What is too far behind, for five minutes. */
export interface DatabaseAlarmPlan {
  /** Which of a region's alarms it is. */
  readonly key: "replica-lag" | "global-lag";
  /** Whole name in CloudWatch. */
  readonly name: string;
  readonly description: string;
  readonly measure:
    | {
        readonly kind: "metric";
        readonly metric: string;
        readonly dimensions: Readonly<Record<string, string>>;
      }
    /** CloudWatch Metrics Insights. */
    | { readonly kind: "query"; readonly query: string };
  readonly thresholdMilliseconds: number;
  /** What silence means. */
  readonly silence: "breaching" | "missing";
}

/**
 * Decides the database; undefined where none is configured.
 * @param released Regions whose part may be deleted: the step before a region, or the database, is taken away. Default: those
 *   of the configuration.
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

/** Stated, default or not, so that what is relied on is to be read here. */
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
  // The region's name is in it although AWS does not ask that: the clusters of one global cluster are listed together.
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

/** Over the zones by turns. Which of them writes is Aurora's to say, so they are counted, not named by role. */
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

/** Readers share the writer's storage and are usually some 20 ms behind; two seconds are a hundred times that. */
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
 * Replication between regions is usually under a second. The query names no dimension, as AWS does not document them
 * for this metric: it is about all that is replicated into this region of the account, which is this database.
 * Silence is an alarm, too: it is what a lost home looks like from here.
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

/** Who takes the role by which instances report: RDS alone. */
export const monitoringTrust = serviceTrust("InstancesReport", "monitoring.rds");

/** Names under which an app finds the database, in ConfigMap and Secret alike. */
export const databaseKeys = {
  /** Follows the writer wherever it goes: for what writes, and for reads that have to see their own writes. */
  writerHost: "DATABASE_WRITER_HOST",
  /** In the app's own region: for all other reads. */
  readerHost: "DATABASE_READER_HOST",
  port: "DATABASE_PORT",
  name: "DATABASE_NAME",
  user: "DATABASE_USER",
  password: "DATABASE_PASSWORD",
} as const;

/** What an app of one region connects to, as it goes into a ConfigMap. Nothing in it is secret. */
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
