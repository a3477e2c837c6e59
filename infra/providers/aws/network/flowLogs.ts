import { type PolicyDocument, policyDocument, serviceTrust } from "../access/policy";

/**
 * Who writes a VPC's flow logs: only on behalf of this account, as the service works for all of them.
 * @param accountId twelve digits.
 */
export function flowLogsTrust(accountId: string): PolicyDocument {
  return serviceTrust("FlowLogsTakeTheRole", "vpc-flow-logs", {
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });
}

/** What it may do there. The group exists already, so that the right to make one isn't given. */
export function flowLogsPolicy(groupArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "Write",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      Resource: [groupArn, `${groupArn}:*`],
    },
    // Groups are described by pattern: no narrower one than all of the account's in the region is asked for.
    {
      Sid: "Look",
      Effect: "Allow",
      Action: ["logs:DescribeLogGroups"],
      Resource: [groupArn.replace(/:log-group:.*$/, ":log-group:*")],
    },
  ]);
}
