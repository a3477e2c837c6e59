import type { PlatformPlan } from "../../plan/types";
import { prices } from "../../providers/aws/account/prices";
import type { CostItem } from "../cost";
import { planRoute53 } from "./route53";

/** Cost of the zone and of its health checks. */
export function dnsCost({ regions, traffic: { domain, apps } }: PlatformPlan): CostItem[] {
  const { checks } = planRoute53({ domain, regions: regions.map(({ name }) => name), apps });
  return [
    { region: "global", what: "Route 53 zone", quantity: 1, unitUsd: prices.hostedZone },
    {
      ...{ region: "global", what: "Route 53 health checks", quantity: checks.length },
      unitUsd: prices.healthCheck,
    },
  ];
}
