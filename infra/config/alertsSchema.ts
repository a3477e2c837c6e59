import { z } from "zod";
import { option, whole } from "./option";

const emails = (description: string) =>
  option(
    z
      .array(
        option(z.email(), "Recipient of the alerts.", {
          expected: "an e-mail address",
          remedy: "Write an address, e.g. platform@example.com.",
        }),
      )
      .min(1)
      .max(10),
    description,
    {
      expected: "a list of 1 to 10 e-mail addresses",
      remedy: "Write emails: [platform@example.com].",
    },
  );

/** The budget and the recipients of its alerts. */
export const budgetSchema = option(
  z.strictObject({
    monthlyUsd: whole(
      1,
      10_000_000,
      "What the account may cost, US dollars a month.",
      "Write whole dollars, e.g. 2000.",
    ),
    emails: emails(
      "Recipients of alerts at 80 % of it, at all of it, and when all of it is forecast.",
    ),
  }),
  "An alarm on the account's cost.",
  {
    expected: "a map of monthlyUsd, emails",
    remedy: "Write budget: { monthlyUsd: 2000, emails: [platform@example.com] }.",
  },
);

/** The recipients of CloudWatch's alarms. */
export const alarmsSchema = option(
  z.strictObject({ emails: emails("Recipients, who confirm AWS' first message.") }).optional(),
  "Recipients of CloudWatch's alarms, e.g. on the database's replication. Default: the budget's.",
  { expected: "a map of emails", remedy: "Write alarms: { emails: [on-call@example.com] }." },
);
