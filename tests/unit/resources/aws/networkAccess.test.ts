import assert from "node:assert/strict";
import { ec2Id } from "../../../support/aws/table/ec2";
import { type Registered, only } from "../../../support/engine";
import { keyArn, make, part, typeIds, vpcId } from "./networkSample";

describe("RegionNetwork's access", () => {
  let all: readonly Registered[] = [];
  before(async () => {
    all = await make();
  });

  it("makes security groups without rules of their own, and a resource of each rule", () => {
    assert.deepEqual(only(all, part("group", "database")).inputs, {
      vpcId,
      name: "meridian-test-database",
      description: "Databases",
      tags: { Name: "meridian-test-database" },
    });
    const groupId = (role: string) => ec2Id("sg", typeIds.group, `eu-west-1-${role}`);
    assert.deepEqual(only(all, part("ruleIn", "database-from-us-east-1-pods-5432")).inputs, {
      securityGroupId: groupId("database"),
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      cidrIpv4: "10.16.0.0/17",
      description: "5432 from us-east-1-pods",
    });
    const out = all.filter(({ type }) => type === typeIds.ruleOut);
    assert.deepEqual(
      out.map(({ inputs }) => [inputs["securityGroupId"], inputs["fromPort"], inputs["cidrIpv4"]]),
      [
        [groupId("edge"), 8000, "10.20.0.0/17"],
        [groupId("federation"), 5443, "10.20.0.0/17"],
      ],
    );
  });

  it("logs all traffic, encrypted, by a role that only writes there", () => {
    const group = "arn:aws:logs:eu-west-1:123456789012:log-group:/meridian/test/flow-logs";
    assert.deepEqual(only(all, part("logGroup", "flow-logs")).inputs, {
      name: "/meridian/test/flow-logs",
      kmsKeyId: keyArn,
      retentionInDays: 365,
    });
    const log = only(all, part("flowLog", "flow-logs"));
    assert.deepEqual(log.inputs, {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group,
      iamRoleArn: "arn:aws:iam::123456789012:role/meridian-test-eu-west-1-flow-logs",
      maxAggregationInterval: 60,
      tags: { Name: "eu-west-1-flow-logs" },
    });
    assert.ok(log.dependsOn.includes(part("rolePolicy", "flow-logs")));
    const role = only(all, part("role", "flow-logs"));
    assert.equal(role.inputs["name"], "meridian-test-eu-west-1-flow-logs");
    assert.deepEqual(statementsOf(role.inputs["assumeRolePolicy"]), [
      {
        Sid: "FlowLogsTakeTheRole",
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
    assert.deepEqual(statementsOf(only(all, part("rolePolicy", "flow-logs")).inputs["policy"]), [
      {
        Sid: "Write",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [group, `${group}:*`],
      },
      {
        Sid: "Look",
        Effect: "Allow",
        Action: ["logs:DescribeLogGroups"],
        Resource: ["arn:aws:logs:eu-west-1:123456789012:log-group:*"],
      },
    ]);
  });
});

function statementsOf(policy: unknown): unknown {
  return (JSON.parse(policy as string) as { Statement: unknown }).Statement;
}
