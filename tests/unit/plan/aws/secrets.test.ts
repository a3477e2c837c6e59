import * as assert from "node:assert/strict";
import { planSecrets, secretsReaderPolicy } from "../../../../infra/components/secrets/plan";
import { allows } from "../../../support/aws/iam";
import { awsPlanOf } from "../../../support/aws/plan";

const three = ["eu-west-1", "us-east-1", "ap-southeast-1"];

describe("planSecrets", () => {
  it("plans none without database and cache", () => {
    assert.deepEqual(planSecrets(awsPlanOf(three)), { prefix: "meridian/test/", caches: {} });
  });

  it("keeps the administrator's password in every region, a cache's in its own", () => {
    const { database, caches } = planSecrets(awsPlanOf(three, { database: {}, cache: {} }));
    assert.ok(database);
    assert.deepEqual([database.region, ...database.replicas], three);
    assert.ok(database.kept && database.recoveryDays > 0);
    assert.deepEqual(Object.keys(caches), three);
    for (const [region, cache] of Object.entries(caches))
      assert.deepEqual([cache.region, cache.replicas, cache.kept], [region, [], false]);
  });

  it("lets go of the password with the database", () => {
    const kept = (released: string[]) =>
      planSecrets(awsPlanOf(three, { database: {} }), released).database?.kept;
    assert.equal(kept(["us-east-1"]), true);
    assert.equal(kept(["eu-west-1"]), false);
  });

  it("has LaunchDarkly's key in every region, where flags come from there", () => {
    const plan = awsPlanOf(three);
    assert.equal(planSecrets(plan).launchDarkly, undefined);
    const environment = { ...plan.environment, flags: {} } as typeof plan.environment;
    const key = planSecrets({ ...plan, environment }).launchDarkly;
    assert.deepEqual([key?.region, ...(key?.replicas ?? [])], three);
  });

  it("holds no password", () => {
    const secrets = planSecrets(awsPlanOf(three, { database: {}, cache: {} }));
    for (const secret of [secrets.database, ...Object.values(secrets.caches)])
      assert.ok(secret && !(secret.passwordKey in secret.values));
  });
});

describe("secretsReaderPolicy", () => {
  it("reads and decrypts the environment's secrets in its region, and no more", () => {
    const policy = secretsReaderPolicy({
      environment: "test",
      accountId: "123456789012",
      region: "us-east-1",
    });
    const reads = (name: string, region = "us-east-1", action = "GetSecretValue") =>
      allows(policy, {
        action: `secretsmanager:${action}`,
        resource: `arn:aws:secretsmanager:${region}:123456789012:secret:${name}`,
      });
    assert.ok(reads("meridian/test/shop/database"));
    assert.ok(!reads("meridian/production/shop/database"));
    assert.ok(!reads("meridian/test/shop/database", "eu-west-1"));
    assert.ok(!reads("meridian/test/shop/database", "us-east-1", "PutSecretValue"));
    const decrypts = (service: string, secret: string) =>
      allows(policy, {
        action: "kms:Decrypt",
        resource: "arn:aws:kms:us-east-1:123456789012:key/1",
        context: {
          "kms:ViaService": `${service}.us-east-1.amazonaws.com`,
          "kms:EncryptionContext:SecretARN": `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secret}`,
        },
      });
    assert.ok(decrypts("secretsmanager", "meridian/test/a"));
    assert.ok(!decrypts("ec2", "meridian/test/a"));
    assert.ok(!decrypts("secretsmanager", "meridian/production/a"));
  });
});
