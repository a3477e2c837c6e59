import type { Environment, FailoverProfile, FederationConfig } from "../config/types";
import { managementNetworks } from "./addresses";
import { federationClusterName, hubClusterName } from "./names";
import { planRegion, regionWarnings } from "./regions";
import { planTraffic } from "../components/gateway/traffic";
import type { FailoverPlan, PlatformPlan, RegionPlan } from "./types";

export { spareCapacity } from "./capacity";
export { apportion } from "./replicaShares";
export type * from "./types";

/**
 * Plans the whole platform. Pure: the same environment gives the same plan.
 * @param apps Names of the delivered apps. Default: none, for callers that do not need DNS.
 */
export function planPlatform(environment: Environment, apps: readonly string[] = []): PlatformPlan {
  const regions = environment.regions.map((region) => planRegion(environment, region));
  return {
    environment,
    hub: {
      clusterName: hubClusterName,
      region: hubRegion(regions).name,
      network: managementNetworks.hub,
    },
    federation: {
      clusterName: federationClusterName,
      network: managementNetworks.federation,
      failover: planFailover(environment.federation),
      failback: environment.federation.failover.failback,
    },
    regions,
    delivery: environment.delivery,
    traffic: planTraffic(environment, apps),
    warnings: [...regions.flatMap(regionWarnings), ...platformWarnings(regions)],
  };
}

function hubRegion(regions: readonly RegionPlan[]): RegionPlan {
  const hub = regions.find(({ role }) => role === "hub");
  if (hub === undefined) throw new RangeError("an environment has one hub region");
  return hub;
}

/**
 * The timings of each profile.
 *
 * fast: Karmada checks the region's health every 2 s and counts the region as lost after 5 s without a response: about 7 s in
 * total, compared with up to 40 s for Karmada's defaults (10 s and 30 s). The grace period applies to clusters that report their
 * own status (Pull mode). Meridian's clusters are polled (Push mode), so it only has to exceed the failure threshold. Evictions run
 * at 50 objects per second: 1,000 Deployments lost at once are evicted in 20 s; one minute would require at least 17 per second.
 *
 * steady: Karmada's own defaults, for links on which a region often does not respond for some seconds, but with 5 evictions per
 * second: Karmada's default of one every two seconds would need half an hour for 1,000.
 */
const failoverProfiles: Readonly<Record<FailoverProfile, FailoverPlan>> = {
  fast: {
    profile: "fast",
    statusUpdateFrequencySeconds: 2,
    failureThresholdSeconds: 5,
    successThresholdSeconds: 5,
    monitorPeriodSeconds: 2,
    monitorGracePeriodSeconds: 10,
    evictionsPerSecond: 50,
  },
  steady: {
    profile: "steady",
    statusUpdateFrequencySeconds: 10,
    failureThresholdSeconds: 30,
    successThresholdSeconds: 30,
    monitorPeriodSeconds: 5,
    monitorGracePeriodSeconds: 40,
    evictionsPerSecond: 5,
  },
};

/** The profile's timings, with the configured eviction rate if there is one. */
export function planFailover({ failover }: FederationConfig): FailoverPlan {
  const profile = failoverProfiles[failover.profile];
  const { evictionsPerSecond = profile.evictionsPerSecond } = failover;
  return { ...profile, evictionsPerSecond };
}

/** Warnings about the regions as a whole. */
function platformWarnings(regions: readonly RegionPlan[]): string[] {
  const taking = regions.filter(({ weight }) => weight > 0);
  if (taking.length > 1) return [];
  const only = taking[0]?.name ?? "none";
  return [
    `Only one region takes replicas (${only}): when it is lost, nothing takes over. ` +
      "Add a region, or give another a weight above 0.",
  ];
}
