import type { AwsConfig } from "../../../config/types";
import { type AwsAccount, physicalName } from "./account";

/** An alarm on the account's cost. */
export interface BudgetPlan {
  readonly name: string;
  readonly accountId: string;
  /** US dollars a month. */
  readonly monthlyUsd: number;
  readonly notifications: readonly BudgetNotification[];
}

/** A notification, sent once a month when the threshold is exceeded. */
export interface BudgetNotification {
  readonly notificationType: "ACTUAL" | "FORECASTED";
  readonly comparisonOperator: "GREATER_THAN";
  readonly thresholdType: "PERCENTAGE";
  /** Percentage of the budget. */
  readonly threshold: number;
  readonly subscriberEmailAddresses: readonly string[];
}

/** Plans the budget. It sends e-mail directly, without an SNS topic, so the alarm depends on no other part of the platform. */
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
