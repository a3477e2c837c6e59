import type { PlatformPlan, RegionPlan } from "../../plan/types";
import { awsName } from "../../providers/aws/account/names";
import { type QuietWindows, quietWindows } from "../../providers/aws/data/windows";

/**
 * Valkey of ElastiCache. 8.2 is in all regions of the address plan; 9.0 and 9.1 were the newest in November 2026
 * ("Engine versions and upgrading in ElastiCache" in the ElastiCache user guide). There is no way back to a lower one.
 */
export const cacheEngineVersion = "8.2";

/** Days that daily snapshots are kept: a cache that starts empty would send every request to the database. */
export const cacheSnapshotDays = 3;

/** Where a cache listens. */
export const cachePort = 6379;

/** Days that slow commands (over 10 ms, the engine's default) are kept in CloudWatch. */
export const cacheLogDays = 30;

/** A cache in each region. None knows of another: what one holds can be made anew from the database. */
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
  /** Zone of each node, the first primary's. */
  readonly zones: readonly string[];
  /** Whether there is a replica, in another zone, that takes over by itself. */
  readonly failover: boolean;
  readonly subnetGroup: string;
  readonly logGroup: string;
  readonly windows: QuietWindows;
  readonly user: CacheUserPlan;
}

/** The user that apps are. There is no other: with a group of users, Valkey has none without a password. */
export interface CacheUserPlan {
  readonly id: string;
  readonly name: string;
  readonly groupId: string;
  /** Valkey's access string. What administers the engine, ElastiCache itself keeps from everyone. */
  readonly access: string;
}

/** Decides the caches; undefined where none is configured. */
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

/** Names under which an app finds its region's cache, in ConfigMap and Secret alike. */
export const cacheKeys = {
  /** Primary: for what writes. */
  writerHost: "CACHE_WRITER_HOST",
  /** Any replica, or the primary where there is none. */
  readerHost: "CACHE_READER_HOST",
  port: "CACHE_PORT",
  user: "CACHE_USER",
  password: "CACHE_PASSWORD",
} as const;

/** What an app of one region connects to, as it goes into a ConfigMap. Only by TLS. */
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
