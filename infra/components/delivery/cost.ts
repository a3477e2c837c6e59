import type { PlatformPlan } from "../../plan/types";
import type { CostItem } from "../cost";
import { loadBalancerCost, webAclCost } from "../gateway/cost";
import { planArgocdIngress } from "./argocdIngress";

/** Cost of the ingress to Argo CD, if there is one. */
export function deliveryCost(plan: PlatformPlan): CostItem[] {
  const ingress = planArgocdIngress(plan);
  if (ingress === undefined) return [];
  return plan.regions
    .filter(({ name }) => name === plan.hub.region)
    .flatMap((region) => [
      ...loadBalancerCost(region, region.zones.length),
      ...webAclCost(region, ingress.firewall.rules.length),
    ]);
}
