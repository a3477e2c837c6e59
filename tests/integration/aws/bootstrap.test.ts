import * as assert from "node:assert/strict";
import { readEnvironmentFile } from "../../../infra/config";
import type { AwsEnvironment } from "../../../infra/config/types";
import { stateBucketPolicy } from "../../../infra/providers/aws/state/state";
import { bootstrapState, findStateHome } from "../../../operations/aws/bootstrap";
import { apiError, type ApiRequest } from "../../support/aws/api/exchange";
import { AwsApi } from "../../support/aws/api/server";
import { setVariables } from "../../support/variables";

const account = "111111111111";
const bucket = `meridian-staging-${account}-state`;
const alias = "alias/meridian-staging-state";
const environment = readEnvironmentFile("environments/Pulumi.staging.yaml", "staging");
const staging = environment as AwsEnvironment;
const moved: AwsEnvironment = {
  ...staging,
  regions: staging.regions.map((region) => ({
    ...region,
    role: region.role === "hub" ? "member" : "hub",
  })),
};

describe("bootstrap", () => {
  let api: AwsApi;
  before(async () => {
    api = await AwsApi.start(account);
  });
  beforeEach(() => api.reset());
  after(() => api.stop());

  const writes = () => api.asked.filter((one) => !/ (Get|Head|List|Describe)/.test(one));
  const partsOf = () => Object.fromEntries(api.state.buckets.get(bucket)?.parts ?? []);
  const failing = (operation: string, name = "InternalError") => {
    api.before = (request) =>
      request.operation === operation ? apiError(request.service, name, 500) : undefined;
  };

  it("makes key and bucket with every setting, in the hub's region", async () => {
    const { done, keyArn, ...home } = await bootstrapState(staging);
    assert.deepEqual(home, {
      bucket,
      keyAlias: alias,
      region: "eu-west-1",
      accountId: account,
      backend: `s3://${bucket}?region=eu-west-1&awssdk=v2`,
      secrets: `awskms://${alias}?region=eu-west-1&awssdk=v2`,
    });
    assert.deepEqual(done, [
      `made the key ${keyArn}`,
      "switched its yearly rotation on",
      `named it ${alias}`,
      `made the bucket ${bucket} in eu-west-1`,
    ]);
    assert.deepEqual(writes(), [
      ...["kms CreateKey", "kms EnableKeyRotation", "kms CreateAlias", "s3 CreateBucket"],
      ...["s3 PutPublicAccessBlock", "s3 PutBucketOwnershipControls", "s3 PutBucketEncryption"],
      ...["s3 PutBucketVersioning", "s3 PutBucketPolicy", "s3 PutBucketLifecycleConfiguration"],
      "s3 PutBucketTagging",
    ]);
    const parts = partsOf();
    assert.deepEqual(JSON.parse(parts["policy"] ?? ""), stateBucketPolicy(bucket, keyArn));
    assert.match(parts["versioning"] ?? "", /<Status>Enabled</);
    for (const block of ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy"])
      assert.match(parts["publicAccessBlock"] ?? "", new RegExp(`<${block}>true<`));
    assert.match(parts["encryption"] ?? "", /<SSEAlgorithm>aws:kms</);
    assert.ok(parts["encryption"]?.includes(`<KMSMasterKeyID>${keyArn}<`));
    assert.match(parts["lifecycle"] ?? "", /<NoncurrentDays>90</);
    const [key] = api.state.keys;
    assert.deepEqual([key?.rotates, key?.region], [true, "eu-west-1"]);
  });

  it("changes nothing the second time", async () => {
    await bootstrapState(staging);
    api.asked.length = 0;
    const { done } = await bootstrapState(staging);
    assert.deepEqual(done, []);
    assert.deepEqual(writes(), []);
  });

  it("repairs each setting that somebody has taken away, that one only", async () => {
    await bootstrapState(staging);
    const parts = api.state.buckets.get(bucket)?.parts ?? new Map<string, string>();
    for (const part of [...parts.keys()]) {
      parts.delete(part);
      api.asked.length = 0;
      const { done } = await bootstrapState(staging);
      assert.equal(done.length, 1, part);
      assert.equal(writes().length, 1, part);
      assert.ok(parts.has(part));
    }
    const [key] = api.state.keys;
    if (key) key.rotates = false;
    assert.deepEqual((await bootstrapState(staging)).done, ["switched its yearly rotation on"]);
  });

  it("keeps tags of others", async () => {
    await bootstrapState(staging);
    const parts = api.state.buckets.get(bucket)?.parts;
    const tag = "<Tagging><TagSet><Tag><Key>team</Key><Value>shop</Value></Tag></TagSet></Tagging>";
    parts?.set("tagging", tag);
    await bootstrapState(staging);
    assert.match(parts?.get("tagging") ?? "", /<Key>team<.*<Key>meridian:environment</);
  });

  for (const moment of ["before", "after"] as const) {
    it(`finishes what was cut short ${moment} any step, with one key and one bucket`, async () => {
      await bootstrapState(staging);
      const steps = [...writes().keys()];
      for (const step of steps) {
        api.reset();
        let left = step;
        // After: it has been carried out, and nobody has heard of it.
        api[moment] = (request) => {
          if (/^(Get|Head|List|Describe)/.test(request.operation) || left-- > 0) return undefined;
          return apiError(request.service, "InternalError", 500);
        };
        await assert.rejects(bootstrapState(staging));
        api[moment] = () => undefined;
        await bootstrapState(staging);
        const { keys, buckets, aliases } = api.state;
        assert.deepEqual([keys.length, buckets.size, aliases.size], [1, 1, 1], `step ${step}`);
        assert.equal(keys[0]?.rotates, true);
        assert.equal(Object.keys(partsOf()).length, 7);
      }
    });
  }

  it("stays where the state is when the hub has moved", async () => {
    await bootstrapState(staging);
    const { region, done } = await bootstrapState(moved);
    assert.deepEqual([region, done], ["eu-west-1", []]);
    assert.equal((await findStateHome(moved)).region, "eu-west-1");
  });

  it("makes it in us-east-1, which must not be named as a constraint", async () => {
    const { region } = await bootstrapState(moved);
    assert.equal(region, "us-east-1");
    assert.equal(api.state.buckets.get(bucket)?.region, "us-east-1");
  });

  describe("refuses", () => {
    const refuses = async (words: RegExp) => {
      await assert.rejects(bootstrapState(staging), { name: "CommandError", message: words });
      assert.deepEqual(writes(), []);
    };
    const answering = (operation: string, name: string, code: number) => {
      api.before = (request: ApiRequest) =>
        request.operation === operation ? apiError(request.service, name, code) : undefined;
    };

    it("another account, before it touches anything", async () => {
      api.state.accountId = "999999999999";
      try {
        await refuses(
          /^These credentials are of the account 999999999999, and staging is in 1{12}\./,
        );
        assert.deepEqual(api.asked, ["sts GetCallerIdentity"]);
      } finally {
        api.state.accountId = account;
      }
    });

    it("credentials that have expired", async () => {
      answering("GetCallerIdentity", "ExpiredToken", 403);
      await refuses(/^The credentials of AWS have expired\. Sign in again \(`aws sso login`/);
    });

    it("credentials that AWS does not know", async () => {
      answering("GetCallerIdentity", "InvalidClientTokenId", 403);
      await refuses(/^AWS does not know these credentials \(InvalidClientTokenId\)/);
    });

    it("missing credentials", async () => {
      const back = setVariables({
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
      });
      try {
        await refuses(/^There are no credentials of AWS .*AWS_PROFILE=/s);
      } finally {
        back();
      }
    });

    it("an AWS that does not answer", async () => {
      const back = setVariables({ AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1" });
      try {
        await refuses(/^AWS does not answer in eu-west-1 \(ECONNREFUSED\)/);
      } finally {
        back();
      }
    });

    it("a right that lacks", async () => {
      answering("DescribeKey", "AccessDeniedException", 400);
      await refuses(/^AWS refuses: AccessDeniedException Ask for that right/);
    });

    it("a bucket that another account has", async () => {
      api.state.buckets.set(bucket, { region: "eu-west-1", owner: "stranger", parts: new Map() });
      await refuses(/another account has taken its name/);
    });

    it("a key that is about to be deleted, or disabled: nobody does that by chance", async () => {
      await bootstrapState(staging);
      api.asked.length = 0;
      const [key] = api.state.keys;
      assert.ok(key);
      key.state = "PendingDeletion";
      await refuses(/`aws kms cancel-key-deletion --key-id arn:aws:kms:.* --region eu-west-1`/);
      key.state = "Disabled";
      await refuses(/is Disabled\. Allow its use with `aws kms enable-key/);
    });
  });

  describe("findStateHome", () => {
    it("finds bucket and key", async () => {
      await bootstrapState(staging);
      const { backend, secrets } = await findStateHome(staging);
      assert.match(backend, /^s3:\/\//);
      assert.match(secrets, /^awskms:\/\//);
    });

    it("names the command where one of them lacks", async () => {
      const remedy =
        /has no bucket for its state.*`npx meridian bootstrap staging` makes it, once\.$/;
      await assert.rejects(findStateHome(staging), { name: "CommandError", message: remedy });
      await bootstrapState(staging);
      api.state.aliases.clear();
      await assert.rejects(findStateHome(staging), /staging has no key for its state/);
    });
  });

  it("shows an error that nobody foresaw as it is", async () => {
    failing("CreateBucket", "ServiceUnavailable");
    await assert.rejects(bootstrapState(staging), { name: "ServiceUnavailable" });
  });
});
