import type { AwsEnvironment } from "../../config/types";
import type { PlatformPlan } from "../../plan/types";
import type { CostItem } from "../cost";
import { planFederationEdge } from "../gateway/awsEdge";
import { loadBalancerCost } from "../gateway/cost";

/** Cost of the load balancer of Karmada's API server, in the region of the hub. */
export function federationCost(
  { regions, hub }: PlatformPlan,
  { aws }: AwsEnvironment,
): CostItem[] {
  const { subnets } = planFederationEdge(aws.apiAccess);
  return regions
    .filter(({ name }) => name === hub.region)
    .flatMap((region) => loadBalancerCost(region, subnets === "public" ? region.zones.length : 0));
}
