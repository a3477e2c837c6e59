import { memoryBytes } from "../../config/quantity";
import type { PlatformPlan } from "../../plan/types";
import { monthHours, prices } from "../../providers/aws/account/prices";
import type { CostItem } from "../cost";
import { streamingSection } from "./configuration";
import { planStreaming } from "./plan";

/** Cost of Kafka in all regions, without the nodes that it runs on and the records that cross regions. */
export function streamingCost(plan: PlatformPlan): CostItem[] {
  const streaming = planStreaming(plan.environment);
  const { streaming: config } = streamingSection.of(plan.environment);
  if (streaming === undefined) return [];
  const volume = (memoryBytes(config?.storage ?? "") ?? 0) / 2 ** 30;
  return streaming.clusters.flatMap(({ region, brokers }) => [
    {
      region,
      what: "GiB of volumes of Kafka",
      quantity: Math.ceil(brokers.length * volume),
      unitUsd: prices.volumeGib,
    },
    {
      ...{ region, what: "load balancers" },
      quantity: streaming.clusters.length > 1 ? 1 : 0,
      unitUsd: prices.loadBalancer * monthHours,
    },
    { region, what: "secrets", quantity: streaming.apps.length, unitUsd: prices.secret },
  ]);
}
