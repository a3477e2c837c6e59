import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { awsEnvironmentOf, planAws } from "../../../../infra/providers/aws/plan";
import { planPlatform } from "../../../../infra/plan";
import { parseEnvironment } from "../../../../infra/config/parse";
import { awsPlanOf, someRegions } from "../../../support/aws/plan";
import type { GithubProviderFacts } from "../../../../infra/providers/aws/account/facts";

const today = "2026-06-01";

describe("The plan of an environment on AWS", () => {
  it("has a network, a cluster and a firewall in every region, and the hub beside its region's cluster", () => {
    fc.assert(
      fc.property(someRegions, (regions) => {
        const aws = planAws(awsPlanOf(regions), today);
        for (const part of [aws.networks, aws.clusters, aws.firewalls])
          assert.deepEqual(Object.keys(part), regions);
        assert.equal(aws.hub.cluster.region, regions[0]);
        assert.equal(aws.hub.cluster.name, `hub-${regions[0]}`);
        assert.deepEqual(
          aws.hub.pools.map(({ name }) => name),
          ["on-demand"],
        );
      }),
      { numRuns: 40 },
    );
  });

  it("lets a region join without a change of what the others have for themselves", () => {
    fc.assert(
      fc.property(someRegions, (regions) => {
        const before = planAws(awsPlanOf(regions), today);
        const after = planAws(awsPlanOf([...regions, "ap-northeast-1"]), today);
        for (const region of regions) {
          assert.deepEqual(after.clusters[region], before.clusters[region]);
          assert.deepEqual(after.firewalls[region], before.firewalls[region]);
          // Groups let the new region in, by rules of their own.
          const without = { securityGroups: [] };
          assert.deepEqual(
            { ...after.networks[region], ...without },
            { ...before.networks[region], ...without },
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has data services only where they are wanted", () => {
    const none = planAws(awsPlanOf(["eu-west-1"]), today);
    assert.deepEqual([none.database, none.cache, none.secrets.caches], [undefined, undefined, {}]);
    const all = planAws(awsPlanOf(["eu-west-1"], { database: {}, cache: {} }), today);
    assert.equal(all.database?.home, "eu-west-1");
    assert.deepEqual(Object.keys(all.secrets.caches), ["eu-west-1"]);
  });

  it("lets the workflow that deploys into every cluster, and its own creator only once", () => {
    const plan = awsPlanOf(["eu-west-1", "us-east-1"], { github: "example/meridian" });
    const role = "meridian-test-github-deploy";
    const caller = `arn:aws:sts::123456789012:assumed-role/${role}/run-1`;
    const aws = planAws(plan, today, caller);
    for (const { cluster } of [...Object.values(aws.clusters), aws.hub]) {
      assert.deepEqual(cluster.administrators, [`arn:aws:iam::123456789012:role/${role}`]);
      assert.equal(cluster.admitsCreator, false);
    }
    assert.equal(planAws(plan, today).hub.cluster.admitsCreator, true);
  });

  it("adopts the account's OIDC provider of GitHub, unless it has created it itself", () => {
    const plan = awsPlanOf(["eu-west-1"], { github: "example/meridian" });
    const audiences = ["sts.amazonaws.com"];
    const provider = (existing?: GithubProviderFacts) =>
      planAws(plan, today, undefined, undefined, existing).global.github?.provider;
    assert.equal(provider(), "create");
    assert.equal(provider({ audiences }), "adopt");
    assert.equal(provider({ audiences, environment: "another" }), "adopt");
    // A second run finds the one that the first has made.
    assert.equal(provider({ audiences, environment: "test" }), "create");
  });

  it("warns of what works but should not stay so", () => {
    const { warnings } = planAws(awsPlanOf(["eu-west-1"]), "2030-01-01");
    assert.equal(warnings.filter((text) => /Standard support of EKS/.test(text)).length, 1);
    assert.equal(warnings.filter((text) => /backed up to its own region/.test(text)).length, 1);
  });

  it("refuses an environment of this machine", () => {
    const result = parseEnvironment("local", {
      provider: "local",
      regions: [{ name: "eu-west-1", role: "hub" }],
    });
    assert.ok(result.ok, JSON.stringify(result));
    assert.throws(() => awsEnvironmentOf(planPlatform(result.environment)), /local is not on AWS/);
  });
});
