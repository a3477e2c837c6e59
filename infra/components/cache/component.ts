import type { PlatformPlan } from "../../plan/types";
import { cacheNodePrices, monthHours, priceOf } from "../../providers/aws/account/prices";
import type { Component } from "../component";
import type { CostItem } from "../cost";
import { planCache } from "./plan";

/** ElastiCache for Valkey, one in each region. On AWS only, as resources. */
export const cache: Component = {
  name: "cache",
  isUsed: (environment) => environment.provider === "aws" && environment.aws.cache !== undefined,
  cost: cacheCost,
};

function cacheCost(plan: PlatformPlan): CostItem[] {
  const { nodeType = "", regions = [] } = planCache(plan) ?? {};
  const { price, known } = priceOf(cacheNodePrices, nodeType);
  return regions.map(({ region, zones }) => ({
    ...{ region, what: nodeType, quantity: zones.length, unitUsd: price * monthHours },
    ...(!known && { guess: `${nodeType} is taken to cost what the dearest known cache node does` }),
  }));
}
