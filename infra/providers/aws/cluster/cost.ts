import type { CostItem } from "../../../components/cost";
import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import { monthHours, priceOf, prices, processorPrices, regionFactor } from "../account/prices";

/** Nodes of the hub's cluster: one in each zone, of the region's instance type. */
const hubNodes = 3;

/**
 * Cost of the regions' clusters and the hub's, with their nodes.
 * @param extendedSupport whether the clusters' version is in extended support.
 */
export function clusterCost({ regions, hub }: PlatformPlan, extendedSupport: boolean): CostItem[] {
  return regions.flatMap((region) => {
    const withHub = region.name === hub.region;
    return [
      {
        region: region.name,
        what: extendedSupport ? "EKS control planes, extended support" : "EKS control planes",
        quantity: withHub ? 2 : 1,
        unitUsd: (extendedSupport ? prices.clusterExtended : prices.cluster) * monthHours,
      },
      ...nodeCost(region, withHub ? hubNodes : 0),
    ];
  });
}

function nodeCost({ name: region, nodes }: RegionPlan, ofHub: number): CostItem[] {
  const { instanceType = "", allocatable } = nodes[0] ?? {};
  const { price, known } = priceOf(processorPrices, instanceType.split(".")[0] ?? "");
  const each = (Number.parseInt(allocatable?.cpu ?? "0", 10) / 1000) * price * monthHours;
  const guess = `${instanceType} is taken to cost what the dearest known family does`;
  const item = (what: string, quantity: number, unitUsd: number): CostItem => ({
    ...{ region, what, quantity, unitUsd },
    ...(!known && { guess }),
  });
  const count = (type: string) => nodes.filter(({ capacityType }) => capacityType === type).length;
  const onDemand = count("on-demand") + ofHub;
  const spot = count("spot");
  return [
    item(`${instanceType} on demand`, onDemand, each),
    item(`${instanceType} spot`, spot, each * prices.spotShare),
    item("EKS Auto Mode, nodes", onDemand + spot, each * prices.autoModeShare),
  ];
}

/** Additional cost of extended support: the clusters of all regions and the hub's, in US dollars a month. */
export function extendedSupportCost({
  regions,
  hub,
}: Pick<PlatformPlan, "regions" | "hub">): number {
  const extra = (prices.clusterExtended - prices.cluster) * monthHours;
  return [...regions.map(({ name }) => name), hub.region].reduce(
    (sum, region) => sum + extra * regionFactor(region).factor,
    0,
  );
}
