import * as assert from "node:assert/strict";
import { planCache } from "../../../../infra/components/cache/plan";
import { Cache } from "../../../../infra/components/cache/resources/cache";
import { fakeKeyArn, fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
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

  it("is encrypted at rest and under way by the region's key, over two zones, and logs what is slow", async () => {
    const all = await make(["eu-west-1"], { nodeType: "cache.r7g.large" });
    const { inputs, dependsOn } = only(all, `${types.group} ${name}`);
    assert.equal(inputs["nodeType"], "cache.r7g.large");
    assert.deepEqual(inputs["preferredCacheClusterAzs"], ["eu-west-1a", "eu-west-1b"]);
    assert.deepEqual(
      [inputs["numCacheClusters"], inputs["automaticFailoverEnabled"], inputs["multiAzEnabled"]],
      [2, true, true],
    );
    assert.equal(inputs["atRestEncryptionEnabled"], true);
    assert.deepEqual(
      [inputs["transitEncryptionEnabled"], inputs["transitEncryptionMode"]],
      [true, "required"],
    );
    const logs = only(all, `${types.logs} ${name}`);
    for (const { kmsKeyId } of [inputs, logs.inputs])
      assert.equal(kmsKeyId, fakeKeyArn("eu-west-1"));
    assert.ok(dependsOn.includes(logs.id));
    assert.deepEqual(inputs["userGroupIds"], ["meridian-test-apps"]);
    assert.deepEqual(inputs["securityGroupIds"], ["eu-west-1-cache"]);
    assert.deepEqual(
      only(all, `${types.subnets} ${name}`).inputs["subnetIds"],
      [0, 1, 2].map((zone) => `eu-west-1-isolated-${zone}`),
    );
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
});
