import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { flowLogsPolicy, flowLogsTrust } from "../flowLogs";
import type { FlowLogsPlan } from "../network";
import { printPolicy } from "../../access/policy";

export interface FlowLogsArgs {
  readonly vpc: ec2.Vpc;
  readonly plan: FlowLogsPlan;
  /** ARN of the key that encrypts them. */
  readonly keyArn: pulumi.Input<string>;
}

/** The connections in a VPC, including rejected ones, in a CloudWatch log group. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:FlowLogs", name, {}, opts);
    const { plan, vpc, keyArn } = args;
    const child = { parent: this };
    const group = new cloudwatch.LogGroup(
      plan.name,
      { name: plan.logGroup, kmsKeyId: keyArn, retentionInDays: plan.retentionDays },
      child,
    );
    const role = new iam.Role(
      plan.name,
      {
        name: plan.role,
        description: "Lets the flow logs of a VPC be written",
        assumeRolePolicy: printPolicy(flowLogsTrust(plan.account)),
      },
      child,
    );
    const policy = new iam.RolePolicy(
      plan.name,
      { name: "write-flow-logs", role: role.id, policy: group.arn.apply(writePolicy) },
      child,
    );
    new ec2.FlowLog(
      plan.name,
      {
        vpcId: vpc.id,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: plan.aggregationSeconds,
        tags: { Name: plan.name },
      },
      // The role has its permissions before the first log is written.
      { ...child, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}

function writePolicy(groupArn: string): string {
  return printPolicy(flowLogsPolicy(groupArn));
}
