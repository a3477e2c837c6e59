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
 * Decides the whole platform. Pure: the same environment gives the same plan.
 * @param apps Names of the apps that are delivered. Default: none, for whom DNS does not matter.
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
 * fast: the region's health is asked for every 2 s, and it counts as lost when it has not answered for 5 s: some 7 s in
 * all, where Karmada's defaults (10 s and 30 s) take up to 40. The grace period is for clusters that report by themselves
 * (Pull mode); ours are asked (Push), so it only has to be longer than the failure threshold. Work is taken away at 50
 * objects a second: 1,000 Deployments lost at once are gone in 20 s, where a minute would need 17 a second at least.
 *
 * steady: Karmada's own defaults, for links on which a region is often silent for some seconds; but 5 evictions a
 * second, as its default of one every two seconds would take half an hour for 1,000.
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

/** The profile's timings, with the configuration's own rate of evictions where it gives one. */
export function planFailover({ failover }: FederationConfig): FailoverPlan {
  const profile = failoverProfiles[failover.profile];
  const { evictionsPerSecond = profile.evictionsPerSecond } = failover;
  return { ...profile, evictionsPerSecond };
}

/** What is unwise about the regions together. */
function platformWarnings(regions: readonly RegionPlan[]): string[] {
  const taking = regions.filter(({ weight }) => weight > 0);
  if (taking.length > 1) return [];
  const only = taking[0]?.name ?? "none";
  return [
    `Only one region takes replicas (${only}): when it is lost, nothing takes over. ` +
      "Add a region, or give another a weight above 0.",
  ];
}
