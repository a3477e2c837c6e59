import * as assert from "node:assert/strict";
import type { GlobalPlan } from "../../../../infra/providers/aws/account/global";
import { GlobalServices } from "../../../../infra/providers/aws/account/resources/global";
import type { GlobalOutputs } from "../../../../infra/providers/aws/resources/types";
import type { HostedZoneArgs } from "../../../../infra/components/dns/resources/zone";
import { regionProviders } from "../../../support/aws/regionProviders";
import { only, register, type Registered } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";
import { samplePlan } from "../../plan/aws/globalSample";

const adopted: HostedZoneArgs = { kind: "adopt", zoneId: "Z0123456789" };
const created: HostedZoneArgs = { kind: "create", domain: "shop.example.com", keepsData: true };

const lay = async (
  plan: GlobalPlan,
  zone: HostedZoneArgs = adopted,
  see: (face: GlobalServices) => void = () => undefined,
) =>
  ownOf(
    await register(() => {
      see(new GlobalServices("global", { plan, providers: regionProviders(plan.regions), zone }));
    }),
  );

describe("GlobalServices", () => {
  let all: Registered[];
  before(async () => {
    all = await lay(samplePlan());
  });

  it("protects what holds data: the key, the images' originals, the trail's bucket", () => {
    const kept = [
      "aws:ecr/repository:Repository eu-west-1-catalog",
      "aws:ecr/repository:Repository eu-west-1-failback",
      "aws:ecr/repository:Repository eu-west-1-orders",
      "aws:ecr/repository:Repository eu-west-1-rollout-gate",
      "aws:kms/key:Key eu-west-1-key",
      "aws:s3/bucket:Bucket trail",
    ];
    const found = all.filter(({ protect }) => protect);
    assert.deepEqual(
      found.map(({ id }) => id),
      kept,
    );
    assert.ok(found.every(({ retainOnDelete }) => retainOnDelete));
  });

  it("protects nothing where no data is kept, so that all of it can go", async () => {
    for (const { id, protect, retainOnDelete } of await lay(samplePlan({ keepsData: false })))
      assert.deepEqual([protect, retainOnDelete], [false, false], id);
  });

  it("records every region's calls with proof, once its bucket can be written to", () => {
    const { inputs, dependsOn } = only(all, "aws:cloudtrail/trail:Trail trail");
    const { kmsKeyId, ...others } = inputs;
    assert.match(String(kmsKeyId), /^arn:aws:kms:eu-west-1:/);
    assert.deepEqual(others, {
      name: "meridian-staging-trail",
      s3BucketName: "meridian-staging-123456789012-trail",
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
    });
    assert.ok(dependsOn.includes("aws:s3/bucketPolicy:BucketPolicy trail"));
    const logging = only(all, "aws:s3/bucketLogging:BucketLogging trail");
    assert.deepEqual(logging.inputs, {
      bucket: "meridian-staging-123456789012-trail",
      targetBucket: "meridian-staging-123456789012-logs-eu-west-1",
      targetPrefix: "s3/",
    });
    const writable = "aws:s3/bucketPolicy:BucketPolicy eu-west-1-access-logs";
    assert.ok(logging.dependsOn.includes(writable), logging.dependsOn.join());
  });

  it("encrypts access logs with S3's own keys: load balancers can write with no other", () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration";
    const id = `${type}:BucketServerSideEncryptionConfiguration us-east-1-access-logs`;
    assert.deepEqual(only(all, id).inputs["rules"], [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });

  it("tells by mail when the account costs more than it should", () => {
    const { notifications, ...inputs } = only(all, "aws:budgets/budget:Budget budget").inputs;
    assert.deepEqual(inputs, {
      name: "meridian-staging-monthly",
      accountId: "123456789012",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "1500",
      limitUnit: "USD",
    });
    assert.deepEqual(notifications, samplePlan().budget.notifications);
  });

  it("makes the zone where told so, protected and kept, for its name servers are delegated to", async () => {
    const zone = "aws:route53/zone:Zone zone";
    assert.ok(!all.some(({ id }) => id === zone));
    const { inputs, protect, retainOnDelete, provider } = only(
      await lay(samplePlan(), created),
      zone,
    );
    assert.deepEqual(inputs, {
      name: "shop.example.com",
      comment: "Meridian's apps",
      forceDestroy: false,
    });
    assert.deepEqual([protect, retainOnDelete, provider], [true, true, "eu-west-1"]);
  });

  it("hands over keys, buckets, hosts, the zone and the roles of workflows", async () => {
    const found: Record<string, unknown> = {};
    await lay(samplePlan(), adopted, (global) => {
      const face: GlobalOutputs = global;
      face.zoneId.apply((id) => (found["zone"] = id));
      global.nameServers.apply((servers) => (found["servers"] = servers));
      global.boundaryArn.apply((arn) => (found["boundary"] = arn));
      global.workflowRoleArns["deploy"]?.apply((arn) => (found["deploy"] = arn));
      const shared = face.regions["us-east-1"];
      shared?.keyArn.apply((arn) => (found["key"] = arn.split("/")[0]));
      shared?.accessLogBucket.apply((bucket) => (found["logs"] = bucket));
      found["regions"] = Object.keys(face.regions);
      found["host"] = face.registries["us-east-1"];
    });
    assert.deepEqual(found, {
      zone: "Z0123456789",
      servers: [],
      boundary: "arn:aws:iam::123456789012:policy/meridian-staging-boundary",
      deploy: "arn:aws:iam::123456789012:role/meridian-staging-github-deploy",
      key: "arn:aws:kms:us-east-1:123456789012:key",
      logs: "meridian-staging-123456789012-logs-us-east-1",
      regions: ["eu-west-1", "us-east-1"],
      host: "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    });
  });

  it("refuses to be laid without a connection to each region", async () => {
    const plan = samplePlan();
    const providers = () => regionProviders(["eu-west-1"]);
    await assert.rejects(
      register(() => new GlobalServices("global", { plan, providers: providers(), zone: adopted })),
      /nothing was made for the region us-east-1/,
    );
  });
});
