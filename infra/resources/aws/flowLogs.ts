import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { FlowLogsPlan } from "../../plan/aws/network";

export interface FlowLogsArgs {
  readonly vpc: ec2.Vpc;
  readonly plan: FlowLogsPlan;
  /** ARN of the key that encrypts them. */
  readonly keyArn: pulumi.Input<string>;
}

/** Who talked to whom in a VPC, refused attempts included, in a log group of CloudWatch. */
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
        assumeRolePolicy: trustPolicy(plan.account),
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
      // The role may write before anything is written.
      { ...child, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}

/** Only on behalf of this account: the service works for all of them. */
function trustPolicy(account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  });
}

/** The group is there already, so that the right to make one isn't given. */
function writePolicy(groupArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [groupArn, `${groupArn}:*`],
      },
      // Groups are described by pattern: no narrower one than all of the account's in the region is asked for.
      {
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: groupArn.replace(/:log-group:.*$/, ":log-group:*"),
      },
    ],
  });
}
