import { type PolicyDocument, policyDocument, serviceTrust } from "../access/policy";

/**
 * Trust policy of the flow logs service: only on behalf of this account, because the service acts for all accounts.
 * @param accountId twelve digits.
 */
export function flowLogsTrust(accountId: string): PolicyDocument {
  return serviceTrust("FlowLogsTakeTheRole", "vpc-flow-logs", {
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });
}

/** Its permissions on the log group. The group already exists, so that no permission to create one is granted. */
export function flowLogsPolicy(groupArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "Write",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      Resource: [groupArn, `${groupArn}:*`],
    },
    // Groups are described by pattern: the narrowest pattern requested is all groups of the account in the region.
    {
      Sid: "Look",
      Effect: "Allow",
      Action: ["logs:DescribeLogGroups"],
      Resource: [groupArn.replace(/:log-group:.*$/, ":log-group:*")],
    },
  ]);
}
