import * as budgets from "@pulumi/aws/budgets";
import type * as pulumi from "@pulumi/pulumi";
import type { BudgetPlan } from "../budget";

/** Creates the alarm on the account's cost. */
export function createBudget(
  name: string,
  plan: BudgetPlan,
  opts: pulumi.CustomResourceOptions,
): budgets.Budget {
  return new budgets.Budget(
    name,
    {
      name: plan.name,
      accountId: plan.accountId,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(plan.monthlyUsd),
      limitUnit: "USD",
      notifications: plan.notifications.map((notification) => ({
        ...notification,
        subscriberEmailAddresses: [...notification.subscriberEmailAddresses],
      })),
    },
    opts,
  );
}
