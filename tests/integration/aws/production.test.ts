import * as assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Configuration, World } from "../../support/aws/world";
import { doneIn, orphans, platformStack, platformWorld, stateOf } from "../support/account";

const third = "ap-southeast-1";
const isProtected = /cannot be deleted\s+because it is protected/;

/** Three regions with database and cache. Its destruction takes the way that staging's does. */
describe("production, with a stand-in for AWS", function () {
  this.timeout(600_000);
  this.bail(true);
  let world: World;
  let stack: Stack;

  before(async () => {
    world = await platformWorld("production", { federation: true });
    stack = await open();
  });
  after(() => world?.destroy());

  /** Its stack, with people signing on to Argo CD. */
  const open = (change?: (config: Configuration) => void) =>
    platformStack(world, "production", (config) => {
      const sso = { issuer: "https://login.example.com/realm", clientId: "argocd" };
      const delivery = config["meridian:delivery"] as Record<string, unknown>;
      config["meridian:delivery"] = { ...delivery, sso };
      change?.(config);
    });
  const release = (config: Configuration) => {
    const { database } = config["meridian:aws"] as { database: Record<string, unknown> };
    database["release"] = [third];
  };
  const withoutThird = (config: Configuration) => {
    const regions = config["meridian:regions"] as { name: string }[];
    config["meridian:regions"] = regions.filter(({ name }) => name !== third);
  };

  it("comes up in three regions, with database, cache and a door to Argo CD", async () => {
    await stack.up();
    assert.deepEqual(await orphans(world, stack), []);
    const count = (type: string) => world.made().filter((one) => one.type === type).length;
    assert.equal(count("aws:eks/cluster:Cluster"), 4);
    // One for each region's gateway, Karmada's, and Argo CD's.
    assert.equal(count("aws:lb/loadBalancer:LoadBalancer"), 5);
    assert.equal(count("aws:rds/cluster:Cluster"), 3);
    assert.equal(count("aws:elasticache/replicationGroup:ReplicationGroup"), 3);
  });

  it("is left alone by a second run", async () => {
    const before = world.log().length;
    const { summary } = await stack.up();
    assert.deepEqual({ ...summary.resourceChanges, same: 0 }, { same: 0, read: 1 });
    assert.deepEqual(doneIn(world, before), []);
  });

  it("is not taken down while it holds data", async () => {
    await assert.rejects(stack.previewDestroy(), isProtected);
    const { resources = [] } = await stateOf(stack);
    const kept = new Set(resources.filter((one) => one.protect === true).map(({ type }) => type));
    assert.deepEqual([...kept].sort(), [
      "aws:ecr/repository:Repository",
      "aws:kms/key:Key",
      "aws:rds/cluster:Cluster",
      "aws:rds/globalCluster:GlobalCluster",
      "aws:s3/bucket:Bucket",
      "aws:secretsmanager/secret:Secret",
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
  });

  it("loses no region before its database is released", async () => {
    stack = await open(withoutThird);
    await assert.rejects(stack.preview(), isProtected);
    stack = await open(release);
    await stack.up();
    stack = await open(withoutThird);
    const { changeSummary } = await stack.preview();
    assert.ok((changeSummary.delete ?? 0) > 0);
  });
});
