import { cpuMillicores, memoryBytes } from "../../../config/quantity";
import type { AwsConfig } from "../../../config/types";
import { labelKeys } from "../../../plan/names";
import type {
  CapacityType,
  Labels,
  NodePlan,
  PlatformPlan,
  RegionPlan,
  Taint,
} from "../../../plan/types";
import { type NodeRequirement, instanceRequirements } from "../../../catalog/instances";

/** A group of nodes that come and go as pods need them. Fields are named after Karpenter's NodePool. */
export interface NodePoolPlan {
  /** Unique in the cluster. */
  readonly name: CapacityType;
  /** A pod that fits several pools gets a node of the one with the highest weight that can be had. 1 to 100. */
  readonly weight: number;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly requirements: readonly NodeRequirement[];
  /** Most that all of the pool's nodes may have together. */
  readonly limits: { readonly cpu: string; readonly memory: string };
  /** Age at which a node is renewed, whatever it runs. */
  readonly expireAfter: string;
  /** How long pods may hold up a node that has to go. */
  readonly terminationGracePeriod: string;
  readonly disruption: DisruptionPlan;
}

export interface DisruptionPlan {
  readonly consolidationPolicy: "WhenEmpty" | "WhenEmptyOrUnderutilized";
  /** How long nothing may come or go on a node before it counts as too much. */
  readonly consolidateAfter: string;
  /** How many nodes may be on their way out at once; the strictest holds. */
  readonly budgets: readonly { readonly nodes: string }[];
}

/** Keeps away what cannot bear to be taken back with two minutes' notice. */
export const spotTaint: Taint = {
  key: "meridian.dev/capacity-type",
  value: "spot",
  effect: "NoSchedule",
};

/**
 * How far beyond the configured nodes a region may grow. Twice: with three regions of equal weight the two that are left
 * take half as much again each when one is lost, with two regions twice as much, and a rollout needs some room above.
 */
export const growthFactor = 2;

/** Nodes of a zone of the hub: Argo CD and Karmada have a replica in each, and a rollout takes one more. */
const hubNodesPerZone = 1;

/**
 * Two weeks, Auto Mode's own default. A new image comes about once a week and nodes follow it by drift, within the budgets;
 * this is the backstop for a node that drift could not move. Together with the grace period it has to stay under the 21
 * days that Auto Mode lets a node live.
 * Source: Amazon EKS User Guide, "Create a Node Pool for EKS Auto Mode".
 */
const lifetime = { expireAfter: "336h", terminationGracePeriod: "24h" } as const;

/**
 * A region's pools. What tolerates `spotTaint` gets spot nodes first, by weight, and on-demand ones where no spot can be
 * had; everything else is on demand. A region without spot nodes has no such pool.
 */
export function planNodePools(
  plan: PlatformPlan,
  region: RegionPlan,
  aws: AwsConfig,
): NodePoolPlan[] {
  const spot = region.nodes.filter(({ capacityType }) => capacityType === "spot");
  // All nodes, spot ones included: when spot is gone, everything that ran there has to fit.
  const pools = [pool(plan, region, aws, "on-demand", region.nodes)];
  return spot.length === 0 ? pools : [...pools, pool(plan, region, aws, "spot", spot)];
}

/**
 * The hub's one pool. The cluster holds nothing but the platform's control parts, so no taint keeps others away; and no spot:
 * what manages the regions should not go when capacity is short. Nodes are like those of the region that houses it.
 */
export function planHubNodePools(plan: PlatformPlan, aws: AwsConfig): NodePoolPlan[] {
  const home = plan.regions.find(({ name }) => name === plan.hub.region);
  if (home === undefined) throw new RangeError(`the hub's region ${plan.hub.region} is not there`);
  const nodes = home.zones.flatMap((zone) => zone.nodes.slice(0, hubNodesPerZone));
  return [pool(plan, home, aws, "on-demand", nodes)];
}

function pool(
  plan: PlatformPlan,
  region: RegionPlan,
  aws: AwsConfig,
  capacityType: CapacityType,
  nodes: readonly NodePlan[],
): NodePoolPlan {
  const isSpot = capacityType === "spot";
  const [first] = region.nodes;
  if (first === undefined) throw new RangeError(`region ${region.name} has no nodes`);
  return {
    name: capacityType,
    weight: isSpot ? 50 : 10,
    labels: {
      [labelKeys.environment]: plan.environment.name,
      [labelKeys.region]: region.name,
    },
    taints: isSpot ? [spotTaint] : [],
    requirements: [
      { key: labelKeys.capacityType, operator: "In", values: [capacityType] },
      { key: labelKeys.topologyZone, operator: "In", values: region.zones.map(({ name }) => name) },
      { key: labelKeys.arch, operator: "In", values: [...new Set(aws.architectures)] },
      ...instanceRequirements(first.instanceType, isSpot ? "wide" : "narrow"),
    ],
    limits: limitsOf(nodes),
    ...lifetime,
    disruption: {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      // Moving pods costs them a restart: on-demand nodes wait longer before they are thought too many.
      consolidateAfter: isSpot ? "1m" : "5m",
      // Rounded up by Karpenter, so one node of the smallest pool may go.
      budgets: [{ nodes: isSpot ? "20%" : "10%" }],
    },
  };
}

function limitsOf(nodes: readonly NodePlan[]): NodePoolPlan["limits"] {
  const sum = (figure: (node: NodePlan) => number) =>
    nodes.reduce((total, node) => total + figure(node), 0) * growthFactor;
  const millicores = sum(({ allocatable }) => cpuMillicores(allocatable.cpu) ?? 0);
  const bytes = sum(({ allocatable }) => memoryBytes(allocatable.memory) ?? 0);
  return { cpu: `${millicores}m`, memory: `${Math.ceil(bytes / 2 ** 20)}Mi` };
}
