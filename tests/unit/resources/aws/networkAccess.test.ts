import assert from "node:assert/strict";
import type { PolicyDocument } from "../../../../infra/providers/aws/access/policy";
import { allows } from "../../../support/aws/iam";
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

  it("logs all traffic for a year, encrypted, by a role that only writes there", () => {
    const group = "arn:aws:logs:eu-west-1:123456789012:log-group:/meridian/test/flow-logs";
    const { kmsKeyId, retentionInDays } = only(all, part("logGroup", "flow-logs")).inputs;
    assert.deepEqual([kmsKeyId, retentionInDays], [keyArn, 365]);
    const log = only(all, part("flowLog", "flow-logs"));
    assert.equal(log.inputs["trafficType"], "ALL");
    assert.equal(log.inputs["logDestination"], group);
    assert.ok(log.dependsOn.includes(part("rolePolicy", "flow-logs")));
    const role = only(all, part("role", "flow-logs"));
    const trust = policyOf(role.inputs["assumeRolePolicy"]);
    const takes = (account: string) =>
      allows(trust, { action: "sts:AssumeRole", context: { "aws:SourceAccount": account } });
    assert.deepEqual([takes("123456789012"), takes("999999999999")], [true, false]);
    const policy = policyOf(only(all, part("rolePolicy", "flow-logs")).inputs["policy"]);
    const writes = (resource: string) => allows(policy, { action: "logs:PutLogEvents", resource });
    assert.deepEqual([writes(`${group}:log-stream:a`), writes(`${group}2:a`)], [true, false]);
    assert.ok(!allows(policy, { action: "logs:DeleteLogGroup", resource: group }));
  });
});

function policyOf(text: unknown): PolicyDocument {
  return JSON.parse(text as string) as PolicyDocument;
}
