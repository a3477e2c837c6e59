import type { AwsEnvironment } from "../../config/types";
import type { PlatformPlan, RegionPlan } from "../../plan/types";
import { monthHours, prices } from "../../providers/aws/account/prices";
import type { CostItem } from "../cost";
import { planRegionFirewalls } from "./firewall";

/** Cost of the edges of all regions. */
export function gatewayCost(plan: PlatformPlan, environment: AwsEnvironment): CostItem[] {
  const firewalls = planRegionFirewalls(plan, environment);
  return plan.regions.flatMap((region) => [
    ...loadBalancerCost(region, region.zones.length),
    ...webAclCost(region, firewalls[region.name]?.rules.length ?? 0),
  ]);
}

/** Cost of one load balancer. @param publicAddresses 0 if it is internal. */
export function loadBalancerCost({ name }: RegionPlan, publicAddresses: number): CostItem[] {
  return [
    {
      ...{ region: name, what: "load balancers", quantity: 1 },
      unitUsd: prices.loadBalancer * monthHours,
    },
    publicAddressCost(name, publicAddresses),
  ];
}

/** Cost of public IPv4 addresses of a region. */
export function publicAddressCost(region: string, quantity: number): CostItem {
  const unitUsd = prices.publicAddress * monthHours;
  return { region, what: "public IPv4 addresses", quantity, unitUsd };
}

/** Cost of one web ACL with a number of rules. */
export function webAclCost({ name: region }: RegionPlan, rules: number): CostItem[] {
  return [
    { region, what: "web ACLs", quantity: 1, unitUsd: prices.webAcl },
    { region, what: "rules of the web ACLs", quantity: rules, unitUsd: prices.webAclRule },
  ];
}
