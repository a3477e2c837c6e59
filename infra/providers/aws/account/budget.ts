import type { AwsConfig } from "../../../config/types";
import { type AwsAccount, physicalName } from "./account";

/** An alarm on what the account costs. */
export interface BudgetPlan {
  readonly name: string;
  readonly accountId: string;
  /** US dollars a month. */
  readonly monthlyUsd: number;
  readonly notifications: readonly BudgetNotification[];
}

/** Told once a month, when the share is passed. */
export interface BudgetNotification {
  readonly notificationType: "ACTUAL" | "FORECASTED";
  readonly comparisonOperator: "GREATER_THAN";
  readonly thresholdType: "PERCENTAGE";
  /** Of the budget. */
  readonly threshold: number;
  readonly subscriberEmailAddresses: readonly string[];
}

/** By mail, without a topic between: an alarm that needs nothing else of the platform. */
export function planBudget(account: AwsAccount, budget: AwsConfig["budget"]): BudgetPlan {
  const tell = (
    notificationType: BudgetNotification["notificationType"],
    threshold: number,
  ): BudgetNotification => ({
    notificationType,
    comparisonOperator: "GREATER_THAN",
    thresholdType: "PERCENTAGE",
    threshold,
    subscriberEmailAddresses: budget.emails,
  });
  return {
    name: physicalName(account, "monthly"),
    accountId: account.accountId,
    monthlyUsd: budget.monthlyUsd,
    notifications: [tell("ACTUAL", 80), tell("ACTUAL", 100), tell("FORECASTED", 100)],
  };
}
