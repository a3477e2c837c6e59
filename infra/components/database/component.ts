import type { PlatformPlan } from "../../plan/types";
import { monthHours, prices } from "../../providers/aws/account/prices";
import type { Component } from "../component";
import type { CostItem } from "../cost";
import { planDatabase } from "./plan";

/** Aurora PostgreSQL over all regions. On AWS only, as resources. */
export const database: Component = {
  name: "database",
  isUsed: (environment) => environment.provider === "aws" && environment.aws.database !== undefined,
  cost: databaseCost,
};

/** Cost of the instances at their least capacity, and of the administrator's secret with its replicas. */
function databaseCost(plan: PlatformPlan): CostItem[] {
  const planned = planDatabase(plan);
  return (planned?.regions ?? []).flatMap(({ region, instances }) => [
    {
      ...{ region, what: "Aurora, least capacity units" },
      quantity: instances.length * (planned?.capacity.min ?? 0),
      unitUsd: prices.auroraCapacityUnit * monthHours,
    },
    { region, what: "secrets", quantity: 1, unitUsd: prices.secret },
  ]);
}
