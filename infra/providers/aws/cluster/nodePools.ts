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

/** A group of nodes that scales with the demand of pods. Fields are named after Karpenter's NodePool. */
export interface NodePoolPlan {
  /** Unique in the cluster. */
  readonly name: CapacityType;
  /** A pod that fits several pools gets a node of the available pool with the highest weight. 1 to 100. */
  readonly weight: number;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly requirements: readonly NodeRequirement[];
  /** Maximum total of all nodes of the pool. */
  readonly limits: { readonly cpu: string; readonly memory: string };
  /** Age at which a node is replaced, regardless of its pods. */
  readonly expireAfter: string;
  /** Maximum time for which pods may delay a node's termination. */
  readonly terminationGracePeriod: string;
  readonly disruption: DisruptionPlan;
}

export interface DisruptionPlan {
  readonly consolidationPolicy: "WhenEmpty" | "WhenEmptyOrUnderutilized";
  /** Time without pod changes on a node before consolidation considers it. */
  readonly consolidateAfter: string;
  /** Number of nodes that may be disrupted at the same time; the strictest budget applies. */
  readonly budgets: readonly { readonly nodes: string }[];
}

/** Excludes pods that do not tolerate an interruption with two minutes' notice. */
export const spotTaint: Taint = {
  key: "meridian.dev/capacity-type",
  value: "spot",
  effect: "NoSchedule",
};

/**
 * Factor by which a region may grow beyond its configured nodes. With three regions of equal weight, the loss of one raises the
 * demand on each of the others by half; with two regions it doubles. A rollout needs some additional capacity.
 */
export const growthFactor = 2;

/** Nodes in each zone of the hub: Argo CD and Karmada have a replica in each, and a rollout needs one more. */
const hubNodesPerZone = 1;

/**
 * Two weeks, Auto Mode's own default. A new image is released about once a week and nodes are replaced through drift, within the
 * budgets; this is the fallback for a node that drift could not replace. Together with the grace period it must stay below the 21
 * days that Auto Mode allows for a node.
 * Source: Amazon EKS User Guide, "Create a Node Pool for EKS Auto Mode".
 */
const lifetime = { expireAfter: "336h", terminationGracePeriod: "24h" } as const;

/**
 * Plans a region's pools. Pods that tolerate `spotTaint` get spot nodes first, by weight, and on-demand nodes if no spot capacity
 * is available; all other pods run on demand. A region without spot nodes has no spot pool.
 */
export function planNodePools(
  plan: PlatformPlan,
  region: RegionPlan,
  aws: AwsConfig,
): NodePoolPlan[] {
  const spot = region.nodes.filter(({ capacityType }) => capacityType === "spot");
  // All nodes, including spot: if spot capacity is lost, all of its pods must fit.
  const pools = [pool(plan, region, aws, "on-demand", region.nodes)];
  return spot.length === 0 ? pools : [...pools, pool(plan, region, aws, "spot", spot)];
}

/**
 * Plans the hub's single pool. The cluster runs only the platform's control components, so it needs no taint. It uses no spot
 * nodes: the components that manage the regions should not be lost when capacity is short. Its nodes are like those of its region.
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
      // Moving pods restarts them: on-demand nodes wait longer before consolidation.
      consolidateAfter: isSpot ? "1m" : "5m",
      // Karpenter rounds up, so one node of the smallest pool may be disrupted.
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
