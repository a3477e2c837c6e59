import * as assert from "node:assert/strict";
import { planSecrets } from "../../../../infra/components/secrets/plan";
import { passwordIn, PlatformSecret } from "../../../../infra/components/secrets/resources/secrets";
import { byRegion, fakeKeyArn, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { only, type Registered, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const { database } = planSecrets(awsPlanOf(regions, { database: {} }));
assert.ok(database);

const component = "meridian:aws:PlatformSecret database";
const secret = "aws:secretsmanager/secret:Secret database";
const version = "aws:secretsmanager/secretVersion:SecretVersion database";

async function make(kept = true): Promise<{ all: Registered[]; password: string }> {
  let password = "";
  const all = await register(async () => {
    const provider = fakeProviders(regions)["eu-west-1"];
    assert.ok(database && provider);
    const made = new PlatformSecret(
      "database",
      { plan: { ...database, kept }, shared: byRegion(regions, fakeShared) },
      { providers: [provider] },
    );
    password = await new Promise<string>((resolve) => made.password.apply(resolve));
  });
  return { all: ownOf(all), password };
}

describe("PlatformSecret", () => {
  it("registers a secret with a copy in each region, by each region's key", async () => {
    const { all } = await make();
    assert.deepEqual(
      all.map(({ id, parent, provider }) => [id, parent, provider]),
      [
        [secret, component, "eu-west-1"],
        [version, component, "eu-west-1"],
        [component, undefined, undefined],
      ],
    );
    assert.deepEqual(only(all, secret).inputs, {
      name: "meridian/test/meridian-data/database",
      description: "Administrator of the database",
      kmsKeyId: fakeKeyArn("eu-west-1"),
      recoveryWindowInDays: 30,
      replicas: ["us-east-1", "ap-southeast-1"].map((region) => ({
        region,
        kmsKeyId: fakeKeyArn(region),
      })),
      forceOverwriteReplicaSecret: true,
    });
  });

  it("makes the password once, and tells it as the secret has it", async () => {
    const { all, password } = await make();
    const { inputs, secrets, ignoreChanges, dependsOn } = only(all, version);
    assert.deepEqual(secrets, ["secretString"]);
    assert.deepEqual(ignoreChanges, ["secretString"]);
    assert.deepEqual(dependsOn, [secret]);
    assert.match(password, /^[\w-]{43}$/);
    assert.deepEqual(JSON.parse(inputs["secretString"] as string), {
      DATABASE_USER: "meridian",
      DATABASE_PASSWORD: password,
    });
    assert.notEqual((await make()).password, password);
  });

  it("is protected until it is let go", async () => {
    for (const kept of [true, false]) {
      const { all } = await make(kept);
      assert.deepEqual(
        [secret, version].map((id) => only(all, id).protect),
        [kept, kept],
      );
    }
  });
});

describe("passwordIn", () => {
  it("refuses what is not a secret of ours", () => {
    assert.equal(passwordIn('{"P":"x"}', "P"), "x");
    assert.throws(() => passwordIn('{"Q":"x"}', "P"), /the secret has no P/);
    assert.throws(() => passwordIn(undefined, "P"), /the secret has no P/);
  });
});
