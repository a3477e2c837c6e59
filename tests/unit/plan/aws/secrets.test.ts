import * as assert from "node:assert/strict";
import { planSecrets, secretsReaderPolicy } from "../../../../infra/plan/aws/secrets";
import { awsPlanOf } from "../../../support/aws/plan";

const three = ["eu-west-1", "us-east-1", "ap-southeast-1"];

describe("planSecrets", () => {
  it("plans none without database and cache", () => {
    assert.deepEqual(planSecrets(awsPlanOf(three)), { prefix: "meridian/test/", caches: {} });
  });

  it("keeps the administrator's password in every region, a cache's in its own", () => {
    const cache = (region: string) => ({
      name: "meridian/test/meridian-data/cache",
      description: `Password of the cache of ${region}`,
      region,
      replicas: [],
      recoveryDays: 0,
      kept: false,
      values: { CACHE_USER: "apps" },
      passwordKey: "CACHE_PASSWORD",
    });
    assert.deepEqual(planSecrets(awsPlanOf(three, { database: {}, cache: {} })), {
      prefix: "meridian/test/",
      database: {
        name: "meridian/test/meridian-data/database",
        description: "Administrator of the database",
        region: "eu-west-1",
        replicas: ["us-east-1", "ap-southeast-1"],
        recoveryDays: 30,
        kept: true,
        values: { DATABASE_USER: "meridian" },
        passwordKey: "DATABASE_PASSWORD",
      },
      caches: Object.fromEntries(three.map((region) => [region, cache(region)])),
    });
  });

  it("lets go of the password with the database", () => {
    const kept = (released: string[]) =>
      planSecrets(awsPlanOf(three, { database: {} }), released).database?.kept;
    assert.equal(kept(["us-east-1"]), true);
    assert.equal(kept(["eu-west-1"]), false);
  });

  it("has LaunchDarkly's key in every region, where flags come from there", () => {
    const plan = awsPlanOf(three);
    const environment = { ...plan.environment, flags: {} } as typeof plan.environment;
    assert.deepEqual(planSecrets({ ...plan, environment }).launchDarkly, {
      name: "meridian/test/rollout-gate/launchdarkly",
      description: "LaunchDarkly's SDK key, put there by hand",
      region: "eu-west-1",
      replicas: ["us-east-1", "ap-southeast-1"],
      recoveryDays: 0,
      kept: false,
      values: {},
      passwordKey: "sdkKey",
    });
  });

  it("holds no password", () => {
    const secrets = planSecrets(awsPlanOf(three, { database: {}, cache: {} }));
    for (const secret of [secrets.database, ...Object.values(secrets.caches)])
      assert.ok(secret && !(secret.passwordKey in secret.values));
  });
});

describe("secretsReaderPolicy", () => {
  it("reads and decrypts the environment's secrets in its region, and no more", () => {
    const args = { environment: "test", accountId: "123456789012", region: "us-east-1" };
    assert.deepEqual(secretsReaderPolicy(args), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadSecrets",
          Effect: "Allow",
          Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          Resource: ["arn:aws:secretsmanager:us-east-1:123456789012:secret:meridian/test/*"],
        },
        {
          Sid: "DecryptSecrets",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: ["arn:aws:kms:us-east-1:123456789012:key/*"],
          Condition: {
            StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" },
            StringLike: {
              "kms:EncryptionContext:SecretARN":
                "arn:aws:secretsmanager:*:123456789012:secret:meridian/test/*",
            },
          },
        },
      ],
    });
  });
});
