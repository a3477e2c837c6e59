import type { AwsConfig } from "../../../config/types";
import { type PolicyDocument, policyDocument } from "../access/policy";
import { type AwsAccount, arnOf, physicalName } from "./account";

/** The topic of a region's alarms: CloudWatch sends an alarm only to a topic of its own region. */
export interface AlarmTopicPlan {
  readonly region: string;
  readonly name: string;
  /** Known before the topic exists. */
  readonly arn: string;
  readonly policy: PolicyDocument;
  /** Each receives a message that it has to confirm once for each region. */
  readonly emails: readonly string[];
}

/** Plans the topic of one region. */
export function planAlarmTopic(
  account: AwsAccount,
  region: string,
  { emails }: AwsConfig["alarms"],
): AlarmTopicPlan {
  const name = physicalName(account, "alarms");
  const arn = arnOf(account, "sns", region, name);
  return { region, name, arn, policy: topicPolicy(account, region, arn), emails };
}

/** Only alarms of this account and region may publish. */
function topicPolicy(account: AwsAccount, region: string, topic: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "AlarmsPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: [topic],
      Condition: {
        StringEquals: { "aws:SourceAccount": account.accountId },
        ArnLike: { "aws:SourceArn": arnOf(account, "cloudwatch", region, "alarm:*") },
      },
    },
  ]);
}
