import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { planCache } from "../../../../infra/plan/aws/cache";
import { Cache } from "../../../../infra/resources/aws/cache";
import { fakeKeyArn, fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf, someRegions } from "../../../support/aws/plan";
import { only, type Registered, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

const types = {
  group: "aws:elasticache/replicationGroup:ReplicationGroup",
  subnets: "aws:elasticache/subnetGroup:SubnetGroup",
  user: "aws:elasticache/user:User",
  users: "aws:elasticache/userGroup:UserGroup",
  logs: "aws:cloudwatch/logGroup:LogGroup",
};

async function make(
  regions: readonly string[],
  config: Record<string, unknown> = {},
  hosts: string[] = [],
): Promise<Registered[]> {
  const cache = planCache(awsPlanOf(regions, { cache: config }));
  assert.ok(cache);
  const all = await register(() => {
    const providers = fakeProviders(regions);
    for (const plan of cache.regions) {
      const provider = providers[plan.region];
      assert.ok(provider);
      const made = new Cache(
        `${plan.region}-cache`,
        {
          cache,
          plan,
          network: fakeNetwork(plan.region),
          shared: fakeShared(plan.region),
          password: "generated-password",
        },
        { providers: [provider] },
      );
      made.writerEndpoint.apply((host) => hosts.push(host));
      made.readerEndpoint.apply((host) => hosts.push(host));
    }
  });
  return ownOf(all);
}

describe("Cache", () => {
  const name = "eu-west-1-cache";

  it("registers exactly these, in its region", async () => {
    const all = await make(["eu-west-1"]);
    const component = `meridian:aws:Cache ${name}`;
    assert.deepEqual(
      all.map(({ id, parent, provider }) => [id, parent, provider]),
      [
        [`${types.logs} ${name}`, component, "eu-west-1"],
        [`${types.group} ${name}`, component, "eu-west-1"],
        [`${types.subnets} ${name}`, component, "eu-west-1"],
        [`${types.user} ${name}`, component, "eu-west-1"],
        [`${types.users} ${name}`, component, "eu-west-1"],
        [component, undefined, undefined],
      ],
    );
  });

  it("is encrypted at rest and under way, over two zones, and logs what is slow", async () => {
    const all = await make(["eu-west-1"], { nodeType: "cache.r7g.large" });
    assert.deepEqual(only(all, `${types.group} ${name}`).inputs, {
      replicationGroupId: "meridian-test-cache",
      description: "Cache of eu-west-1",
      engine: "valkey",
      engineVersion: "8.2",
      nodeType: "cache.r7g.large",
      port: 6379,
      numCacheClusters: 2,
      preferredCacheClusterAzs: ["eu-west-1a", "eu-west-1b"],
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      autoMinorVersionUpgrade: false,
      snapshotRetentionLimit: 3,
      snapshotWindow: "02:00-03:00",
      maintenanceWindow: "mon:04:00-mon:05:00",
      subnetGroupName: "meridian-test-cache",
      securityGroupIds: ["eu-west-1-cache"],
      userGroupIds: ["meridian-test-apps"],
      kmsKeyId: fakeKeyArn("eu-west-1"),
      logDeliveryConfigurations: [
        {
          destination: "/meridian-test-cache/slow",
          destinationType: "cloudwatch-logs",
          logFormat: "json",
          logType: "slow-log",
        },
      ],
    });
    assert.deepEqual(only(all, `${types.logs} ${name}`).inputs, {
      name: "/meridian-test-cache/slow",
      retentionInDays: 30,
      kmsKeyId: fakeKeyArn("eu-west-1"),
    });
  });

  it("has one user, with a password that is a secret", async () => {
    const all = await make(["eu-west-1"]);
    const { inputs, secrets } = only(all, `${types.user} ${name}`);
    assert.deepEqual(inputs, {
      userId: "meridian-test-apps",
      userName: "apps",
      engine: "valkey",
      accessString: "on ~* +@all",
      authenticationMode: { type: "password", passwords: ["generated-password"] },
    });
    assert.deepEqual(secrets, ["authenticationMode.passwords[0]"]);
    assert.deepEqual(only(all, `${types.users} ${name}`).inputs, {
      userGroupId: "meridian-test-apps",
      engine: "valkey",
      userIds: ["meridian-test-apps"],
    });
  });

  it("has no failover without a replica, which AWS would refuse", async () => {
    const all = await make(["eu-west-1"], { replicas: 0 });
    const { inputs } = only(all, `${types.group} ${name}`);
    assert.equal(inputs["numCacheClusters"], 1);
    assert.equal(inputs["automaticFailoverEnabled"], false);
    assert.equal(inputs["multiAzEnabled"], false);
  });

  it("tells the primary's host and the replicas'", async () => {
    const hosts: string[] = [];
    await make(["eu-west-1"], {}, hosts);
    assert.match(hosts[0] ?? "", /^master\.meridian-test-cache\..*\.eu-west-1\.cache\./);
    assert.match(hosts[1] ?? "", /^replica\.meridian-test-cache\..*\.eu-west-1\.cache\./);
  });

  it("stands in isolated subnets behind the cache's security group, whatever the regions", () =>
    fc.assert(
      fc.asyncProperty(someRegions, async (regions) => {
        const all = await make(regions);
        for (const region of regions) {
          const { inputs, provider } = only(all, `${types.group} ${region}-cache`);
          assert.equal(provider, region);
          assert.deepEqual(inputs["securityGroupIds"], [`${region}-cache`]);
          assert.equal(inputs["atRestEncryptionEnabled"], true);
          assert.equal(inputs["transitEncryptionEnabled"], true);
          assert.deepEqual(
            only(all, `${types.subnets} ${region}-cache`).inputs["subnetIds"],
            [0, 1, 2].map((zone) => `${region}-isolated-${zone}`),
          );
        }
      }),
      { numRuns: 6 },
    )).timeout(20_000);

  it("is not touched when another region joins", () =>
    fc.assert(
      fc.asyncProperty(someRegions, async (regions) => {
        const before = await make(regions.slice(0, Math.max(1, regions.length - 1)));
        const after = await make(regions);
        for (const one of before) assert.deepEqual(only(after, one.id), one);
      }),
      { numRuns: 6 },
    )).timeout(20_000);
});
