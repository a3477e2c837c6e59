import type { PlatformPlan, RegionPlan } from "../../plan/types";
import { awsName } from "../../providers/aws/account/names";
import { type QuietWindows, quietWindows } from "../../providers/aws/data/windows";

/**
 * Valkey version of ElastiCache. All regions of the address plan offer 8.2; 9.0 and 9.1 were the newest in November 2026
 * ("Engine versions and upgrading in ElastiCache" in the ElastiCache user guide). A downgrade is not possible.
 */
export const cacheEngineVersion = "8.2";

/** Retention of daily snapshots in days. An empty cache would send every request to the database. */
export const cacheSnapshotDays = 3;

/** TCP port of a cache. */
export const cachePort = 6379;

/** Retention in CloudWatch, in days, of slow commands (over 10 ms, the engine's default). */
export const cacheLogDays = 30;

/** One cache per region. The caches are independent: their content can be recreated from the database. */
export interface CachePlan {
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly port: number;
  /** In the order of the configuration. */
  readonly regions: readonly CacheRegionPlan[];
}

export interface CacheRegionPlan {
  readonly region: string;
  /** At most 40 characters. */
  readonly groupId: string;
  readonly description: string;
  /** Zone of each node. The first is the initial primary's. */
  readonly zones: readonly string[];
  /** Whether a replica in another zone takes over automatically. */
  readonly failover: boolean;
  readonly subnetGroup: string;
  readonly logGroup: string;
  readonly windows: QuietWindows;
  readonly user: CacheUserPlan;
}

/** The user of all apps and the only one: with a user group, Valkey has no user without a password. */
export interface CacheUserPlan {
  readonly id: string;
  readonly name: string;
  readonly groupId: string;
  /** Valkey's access string. ElastiCache itself denies administrative commands to every user. */
  readonly access: string;
}

/** Plans the caches; undefined if none is configured. */
export function planCache({ environment, regions }: PlatformPlan): CachePlan | undefined {
  if (environment.provider !== "aws" || environment.aws.cache === undefined) return undefined;
  const { nodeType, replicas } = environment.aws.cache;
  return {
    engineVersion: cacheEngineVersion,
    nodeType,
    port: cachePort,
    regions: regions.map((region) => planRegion(environment.name, region, replicas)),
  };
}

function planRegion(environment: string, region: RegionPlan, replicas: number): CacheRegionPlan {
  const zones = Array.from(
    { length: 1 + replicas },
    (_, index) => region.zones[index % region.zones.length]?.name ?? "",
  );
  const cache = awsName(environment, "cache");
  const apps = awsName(environment, "apps");
  return {
    region: region.name,
    groupId: cache,
    description: `Cache of ${region.name}`,
    zones,
    failover: replicas > 0,
    subnetGroup: cache,
    logGroup: `/${cache}/slow`,
    windows: quietWindows(region.name),
    user: {
      id: apps,
      name: "apps",
      groupId: apps,
      access: "on ~* +@all",
    },
  };
}

/** Keys of the region's cache in an app's ConfigMap and Secret. */
export const cacheKeys = {
  /** Primary: for writes. */
  writerHost: "CACHE_WRITER_HOST",
  /** Any replica, or the primary if there is none. */
  readerHost: "CACHE_READER_HOST",
  port: "CACHE_PORT",
  user: "CACHE_USER",
  password: "CACHE_PASSWORD",
} as const;

/** ConfigMap data with the connection settings for the apps of one region. Connections require TLS. */
export function cacheConnection(
  plan: Pick<CachePlan, "port">,
  hosts: { readonly writer: string; readonly reader: string },
): Readonly<Record<string, string>> {
  return {
    [cacheKeys.writerHost]: hosts.writer,
    [cacheKeys.readerHost]: hosts.reader,
    [cacheKeys.port]: String(plan.port),
  };
}
