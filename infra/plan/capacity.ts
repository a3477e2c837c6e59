import { cpuMillicores, memoryBytes } from "../config/quantity";
import { apportion } from "./replicaShares";
import type { Demand, NodePlan, RegionPlan, Shares, Shortage, SpareCapacity } from "./types";

/**
 * For every region: whether the other regions can hold the whole demand if it is lost.
 *
 * The replicas are rebalanced over the remaining regions by weight and with minimal movement, as the federation would do it. Totals
 * are compared, not a bin packing. A reported shortage is certain; without one, the scheduler may still find no single node that is
 * large enough.
 *
 * @param regions all regions, before any loss.
 * @param demand the workloads that run over all regions.
 */
export function spareCapacity(
  regions: readonly RegionPlan[],
  demand: readonly Demand[],
): SpareCapacity[] {
  return regions.map((lost) => {
    const left = regions.filter(({ name }) => name !== lost.name);
    if (left.every(({ weight }) => weight === 0)) return nobodyLeft(lost, demand);
    const placed = demand.map((each) => ({ demand: each, shares: afterLoss(each, regions, left) }));
    const shortages = left.flatMap((region) => shortageOf(region, placed));
    if (shortages.length === 0) return { lost: lost.name, fits: true, shortages };
    return { lost: lost.name, fits: false, shortages, warning: warningOf(lost, shortages) };
  });
}

/** Before the loss, `apportion` distributes the replicas over all regions; if no region has a weight, nothing runs. */
function afterLoss(
  { replicas }: Demand,
  regions: readonly RegionPlan[],
  left: readonly RegionPlan[],
): Shares {
  return apportion(replicas, left, apportion(replicas, regions));
}

function nobodyLeft(lost: RegionPlan, demand: readonly Demand[]): SpareCapacity {
  if (demand.every(({ replicas }) => replicas === 0))
    return { lost: lost.name, fits: true, shortages: [] };
  const warning =
    `If ${lost.name} is lost, no region is left to take its work. ` +
    "Add a region, or give another a weight above 0.";
  return { lost: lost.name, fits: false, shortages: [], warning };
}

interface Placed {
  readonly demand: Demand;
  readonly shares: Shares;
}

function shortageOf(region: RegionPlan, placed: readonly Placed[]): Shortage[] {
  const asked = (figure: (demand: Demand) => number) =>
    placed.reduce(
      (sum, { demand, shares }) => sum + (shares[region.name] ?? 0) * figure(demand),
      0,
    );
  const offered = (figure: (node: NodePlan) => number) =>
    region.nodes.reduce((sum, node) => sum + figure(node), 0);
  const shortage = {
    region: region.name,
    cpuMillicores: lack(
      asked((demand) => demand.cpuMillicores),
      offered(({ allocatable }) => cpuMillicores(allocatable.cpu) ?? 0),
    ),
    memoryBytes: lack(
      asked((demand) => demand.memoryBytes),
      offered(({ allocatable }) => memoryBytes(allocatable.memory) ?? 0),
    ),
    pods: lack(
      asked(() => 1),
      offered(({ allocatable }) => Number(allocatable.pods)),
    ),
  };
  const lacks = shortage.cpuMillicores > 0 || shortage.memoryBytes > 0 || shortage.pods > 0;
  return lacks ? [shortage] : [];
}

function lack(asked: number, offered: number): number {
  return Math.max(0, asked - offered);
}

function warningOf(lost: RegionPlan, shortages: readonly Shortage[]): string {
  const lacking = shortages.map((shortage) => `${shortage.region} lacks ${inWords(shortage)}`);
  return (
    `If ${lost.name} is lost, the rest does not hold its work: ${lacking.join("; ")}. ` +
    "Raise nodesPerZone or take larger nodes there, or lower replicas or requests."
  );
}

function inWords({ cpuMillicores, memoryBytes, pods }: Shortage): string {
  const parts = [
    cpuMillicores > 0 && `${Math.ceil(cpuMillicores / 100) / 10} cores`,
    memoryBytes > 0 && `${Math.ceil(memoryBytes / 2 ** 20)} MiB of memory`,
    pods > 0 && `room for ${pods} pods`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
