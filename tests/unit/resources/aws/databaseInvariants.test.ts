import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { fakeKeyArn } from "../../../support/aws/faces";
import { someRegions } from "../../../support/aws/plan";
import { only, type Registered } from "../../../support/engine";
import { ids, makeDatabase } from "./databaseSample";

const ofType = (all: readonly Registered[], type: string) =>
  all.filter((each) => each.type === type);
const clustersOf = (all: readonly Registered[]) => ofType(all, "aws:rds/cluster:Cluster");
const instancesOf = (all: readonly Registered[]) =>
  ofType(all, "aws:rds/clusterInstance:ClusterInstance");

describe("Database of any environment", () => {
  const environments = fc.tuple(someRegions, fc.integer({ min: 0, max: 3 }));
  const runs = { numRuns: 6 };

  it("is not public, encrypted by its region's key, kept, and leaves a snapshot", () =>
    fc.assert(
      fc.asyncProperty(environments, async ([regions, readers]) => {
        const { all } = await makeDatabase(regions, { readers });
        for (const { inputs } of instancesOf(all))
          assert.equal(inputs["publiclyAccessible"], false);
        assert.equal(clustersOf(all).length, regions.length);
        for (const region of regions) {
          assert.deepEqual(
            only(all, ids.subnets(region)).inputs["subnetIds"],
            [0, 1, 2].map((zone) => `${region}-isolated-${zone}`),
          );
          const { inputs, protect, provider } = only(all, ids.cluster(region));
          assert.equal(provider, region);
          assert.deepEqual(inputs["vpcSecurityGroupIds"], [`${region}-database`]);
          assert.equal(inputs["storageEncrypted"], true);
          assert.equal(inputs["kmsKeyId"], fakeKeyArn(region));
          assert.equal(inputs["deletionProtection"], true);
          assert.equal(inputs["skipFinalSnapshot"], false);
          assert.ok(inputs["finalSnapshotIdentifier"]);
          assert.equal(protect, true);
        }
      }),
      runs,
    )).timeout(20_000);
});
