import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { printPolicy } from "../../access/policy";
import type { AlarmTopicPlan } from "../alarms";

export interface AlarmTopicArgs {
  readonly plan: AlarmTopicPlan;
  /** The region's key, whose policy admits CloudWatch. */
  readonly keyArn: pulumi.Input<string>;
}

/** The encrypted topic of a region's alarms, with its recipients. */
export class AlarmTopic extends pulumi.ComponentResource {
  /** For the actions of alarms. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:AlarmTopic", name, {}, opts);
    const { plan, keyArn } = args;
    const child = { parent: this };
    const topic = new sns.Topic(name, { name: plan.name, kmsMasterKeyId: keyArn }, child);
    new sns.TopicPolicy(name, { arn: topic.arn, policy: printPolicy(plan.policy) }, child);
    for (const [index, endpoint] of plan.emails.entries())
      new sns.TopicSubscription(
        `${name}-${index + 1}`,
        { topic: topic.arn, protocol: "email", endpoint },
        child,
      );
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
