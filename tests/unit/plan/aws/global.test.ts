import * as assert from "node:assert/strict";
import fc from "fast-check";
import { planGlobal } from "../../../../infra/providers/aws/account/global";
import type { PolicyDocument } from "../../../../infra/providers/aws/access/policy";
import { stateBucketName } from "../../../../infra/providers/aws/state/state";
import { anyPlan, awsEnvironment, documentsOf, samplePlan } from "./globalSample";

/** Most characters of a document, without spaces: AWS Service Quotas for IAM, KMS and S3. */
const longest = { key: 32_768, logs: 20_480, trail: 20_480, boundary: 6144, trust: 2048 };
const longestOfRole = 10_240;

describe("The global plan", () => {
  it("has a key, logs and a registry's host in every region, and one of everything else", () => {
    const plan = samplePlan();
    assert.deepEqual(plan.regions, ["eu-west-1", "us-east-1"]);
    assert.equal(plan.key.primary.region, "eu-west-1");
    assert.deepEqual(
      plan.key.replicas.map(({ region }) => region),
      ["us-east-1"],
    );
    assert.deepEqual(Object.keys(plan.accessLogs), plan.regions);
    assert.deepEqual(plan.registry.hosts, {
      "eu-west-1": "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
      "us-east-1": "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    });
    assert.equal(plan.trail.home, "eu-west-1");
  });

  it("gives no workflow access where no repository is named", () => {
    const environment = awsEnvironment("staging", ["eu-west-1"]);
    const plan = planGlobal({ environment, home: "eu-west-1", apps: [], keepsData: true });
    assert.equal(plan.github, undefined);
  });

  it("refuses a home that is none of the regions", () => {
    const environment = awsEnvironment("staging", ["eu-west-1"]);
    assert.throws(
      () => planGlobal({ environment, home: "us-east-1", apps: [], keepsData: true }),
      /us-east-1 is none of the regions eu-west-1/,
    );
  });

  it("writes documents that AWS takes, whatever the environment", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const [name, document] of Object.entries(documentsOf(plan))) {
          assertDocument(name, document);
          const kind = name.split(" ")[0] ?? "";
          const most = (longest as Record<string, number>)[kind] ?? longestOfRole;
          assert.ok(JSON.stringify(document).length <= most, `${name} is too long`);
        }
      }),
    );
  });

  it("allows nobody everything everywhere, and a whole service of data to nobody from outside", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const [name, { Statement }] of Object.entries(documentsOf(plan)))
          for (const { Sid, Effect, Action, Resource, Principal, Condition } of Statement) {
            if (Effect === "Deny") continue;
            assert.ok(!Action.includes("*") && !Action.includes("*:*"), `${name} ${Sid}`);
            const anybody = JSON.stringify(Principal ?? "").includes('"*"');
            const owned = ["kms:CallerAccount", "aws:PrincipalArn"].every((key) =>
              JSON.stringify(Condition ?? {}).includes(key),
            );
            assert.ok(!anybody || owned, `${name} ${Sid} is for anybody`);
            if (!/^(key|permissions|boundary)/.test(name))
              assert.ok(!Resource?.includes("*"), `${name} ${Sid}`);
          }
      }),
    );
  });

  it("lets services of AWS in for this account only", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const [name, { Statement }] of Object.entries(documentsOf(plan)))
          for (const { Sid, Principal, Condition } of Statement)
            if (Principal !== undefined && "Service" in Principal)
              assert.ok(
                JSON.stringify(Condition ?? {}).includes(plan.account.accountId),
                `${name} ${Sid} is open to other accounts`,
              );
      }),
    );
  });

  it("names every ARN in the cloud that the regions belong to", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const found = JSON.stringify(documentsOf(plan)).match(/arn:[a-z-]+:/g) ?? [];
        assert.deepEqual([...new Set(found)], [`arn:${plan.account.partition}:`]);
      }),
    );
  });

  it("gives every bucket a name of its own that S3 takes, and refuses it without TLS", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { environment, accountId } = plan.account;
        const buckets = [plan.trail.bucket, ...Object.values(plan.accessLogs)];
        const names = [...buckets.map(({ name }) => name), stateBucketName(environment, accountId)];
        assert.equal(new Set(names).size, names.length);
        for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        for (const { arn, policy } of buckets) {
          const [first] = policy.Statement;
          assert.equal(first?.Effect, "Deny");
          assert.deepEqual(first.Principal, { AWS: "*" });
          assert.deepEqual(first.Action, ["s3:*"]);
          assert.deepEqual(first.Resource, [arn, `${arn}/*`]);
          assert.deepEqual(first.Condition, { Bool: { "aws:SecureTransport": "false" } });
        }
      }),
    );
  });

  it("keeps what it has when a region comes", () => {
    const before = samplePlan();
    const after = samplePlan({ regions: ["eu-west-1", "us-east-1", "sa-east-1"] });
    for (const [name, document] of Object.entries(documentsOf(before)))
      assert.deepEqual(documentsOf(after)[name], document, name);
    assert.deepEqual(after.registry.repositories, before.registry.repositories);
  });
});

function assertDocument(name: string, { Version, Statement }: PolicyDocument): void {
  assert.equal(Version, "2012-10-17", name);
  assert.ok(Statement.length > 0, name);
  const ids = Statement.map(({ Sid }) => Sid);
  assert.equal(new Set(ids).size, ids.length, `${name}: ${ids.join()}`);
  const identityBased = name.startsWith("permissions") || name === "boundary";
  for (const { Sid, Action, Resource, Principal } of Statement) {
    const place = `${name} ${Sid}`;
    assert.match(Sid, /^[A-Za-z0-9]+$/, place);
    assert.ok(Action.length > 0, place);
    for (const action of Action) assert.match(action, /^[a-z0-9-]+:[A-Za-z*]+$/, place);
    assert.equal(Principal === undefined, identityBased, place);
    assert.equal(Resource === undefined, name.startsWith("trust"), place);
    for (const resource of Resource ?? [])
      assert.match(resource, /^(\*|arn:[a-z-]+:[a-z0-9]+:[a-z0-9*-]*:([0-9]{12}|\*)?:.+)$/, place);
  }
}
