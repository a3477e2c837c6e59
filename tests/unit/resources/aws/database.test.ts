import * as assert from "node:assert/strict";
import { planDatabase } from "../../../../infra/components/database/plan";
import { Database } from "../../../../infra/components/database/resources/database";
import {
  byRegion,
  fakeKeyArn,
  fakeNetwork,
  fakeProviders,
  fakeShared,
} from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { only, register } from "../../../support/engine";
import { ids, makeDatabase } from "./databaseSample";

const two = ["eu-west-1", "us-east-1"];

describe("Database", () => {
  it("has one global cluster, encrypted, whose version follows the plan's", async () => {
    const { all } = await makeDatabase(two);
    const { inputs, ignoreChanges } = only(all, ids.whole);
    assert.equal(inputs["storageEncrypted"], true);
    // AWS raises it here, and here alone; the clusters ignore it.
    assert.ok(!ignoreChanges.includes("engineVersion"));
  });

  it("gives the home's cluster the capacity and backups asked for, its password a secret", async () => {
    const { all } = await makeDatabase(two, { minCapacity: 0.5, maxCapacity: 8, backupDays: 7 });
    const { inputs, secrets, ignoreChanges } = only(all, ids.cluster("eu-west-1"));
    assert.match(
      String(inputs["finalSnapshotIdentifier"]),
      /^meridian-test-eu-west-1-final-[0-9a-f]{8}$/,
    );
    assert.deepEqual(inputs["serverlessv2ScalingConfiguration"], {
      minCapacity: 0.5,
      maxCapacity: 8,
    });
    assert.equal(inputs["backupRetentionPeriod"], 7);
    assert.equal(inputs["deleteAutomatedBackups"], false);
    assert.equal(inputs["masterPassword"], "generated-password");
    assert.deepEqual(secrets, ["masterPassword"]);
    for (const drawn of ["engineVersion", "finalSnapshotIdentifier", "masterPassword"])
      assert.ok(ignoreChanges.includes(drawn), drawn);
  });

  it("gives a secondary no name and no password, and makes it after the home can write", async () => {
    const { all } = await makeDatabase(two);
    const { inputs, dependsOn } = only(all, ids.cluster("us-east-1"));
    for (const refused of ["databaseName", "masterUsername", "masterPassword"])
      assert.ok(!(refused in inputs), refused);
    assert.equal(inputs["sourceRegion"], "eu-west-1");
    assert.equal(inputs["kmsKeyId"], fakeKeyArn("us-east-1"));
    assert.equal(inputs["globalClusterIdentifier"], "meridian-test-database");
    assert.deepEqual(
      dependsOn,
      [
        ids.whole,
        ids.cluster("eu-west-1"),
        ids.instance("eu-west-1", 0),
        ids.logs("us-east-1"),
        ids.parameters("us-east-1"),
        ids.subnets("us-east-1"),
      ].sort(),
    );
    assert.deepEqual(
      only(all, ids.cluster("eu-west-1")).dependsOn,
      [
        ids.whole,
        ids.attachment,
        ids.logs("eu-west-1"),
        ids.parameters("eu-west-1"),
        ids.subnets("eu-west-1"),
      ].sort(),
    );
  });

  it("makes the secondaries side by side: none waits for another", async () => {
    const { all } = await makeDatabase([...two, "ap-southeast-1"]);
    const waits = (region: string) =>
      only(all, ids.cluster(region)).dependsOn.filter((id) => !id.includes(region));
    assert.deepEqual(waits("ap-southeast-1"), waits("us-east-1"));
  });

  it("watches the operating system and the statements of each instance", async () => {
    const { all } = await makeDatabase(two);
    const { inputs, ignoreChanges, dependsOn } = only(all, ids.instance("us-east-1", 0));
    assert.ok(Number(inputs["monitoringInterval"]) > 0);
    assert.match(String(inputs["monitoringRoleArn"]), /:role\/meridian-test-database-monitoring$/);
    assert.equal(inputs["performanceInsightsEnabled"], true);
    assert.equal(inputs["performanceInsightsKmsKeyId"], fakeKeyArn("us-east-1"));
    assert.equal(inputs["autoMinorVersionUpgrade"], false);
    assert.deepEqual(ignoreChanges, ["engineVersion"]);
    assert.ok(dependsOn.includes(ids.cluster("us-east-1")));
  });

  it("logs slow statements, encrypted and for a stated time", async () => {
    const { all } = await makeDatabase(two);
    assert.deepEqual(only(all, ids.logs("us-east-1")).inputs, {
      name: "/aws/rds/cluster/meridian-test-us-east-1/postgresql",
      retentionInDays: 30,
      kmsKeyId: fakeKeyArn("us-east-1"),
    });
    const { inputs } = only(all, ids.parameters("us-east-1"));
    const values = inputs["parameters"] as { name: string; value: string }[];
    assert.equal(values.find(({ name }) => name === "log_min_duration_statement")?.value, "500");
    assert.equal(values.find(({ name }) => name === "rds.force_ssl")?.value, "1");
  });

  it("rings when readers or a region are too far behind, and when a region falls silent", async () => {
    const { all } = await makeDatabase(two);
    const readers = only(all, ids.alarm("eu-west-1", "replica-lag")).inputs;
    const region = only(all, ids.alarm("us-east-1", "global-lag")).inputs;
    for (const alarm of [readers, region]) {
      assert.equal(alarm["comparisonOperator"], "GreaterThanThreshold");
      // The text that a person reads at night names the threshold.
      const seconds = Number(alarm["threshold"]) / 1000;
      assert.match(String(alarm["alarmDescription"]), new RegExp(` more than ${seconds} s behind`));
    }
    assert.deepEqual(readers["dimensions"], {
      DBClusterIdentifier: "meridian-test-eu-west-1",
      Role: "READER",
    });
    assert.deepEqual(
      [readers["treatMissingData"], region["treatMissingData"]],
      ["missing", "breaching"],
    );
    const [query] = region["metricQueries"] as { returnData: boolean }[];
    assert.equal(query?.returnData, true);
  });

  it("tells the writer that follows, and each region's readers", async () => {
    const { writer, readers } = await makeDatabase(two);
    assert.match(writer, /^meridian-test-database\.global-\w+\.global\.rds\.amazonaws\.com$/);
    assert.deepEqual(Object.keys(readers), two);
    for (const [region, host] of Object.entries(readers)) {
      assert.ok(host.startsWith(`meridian-test-${region}.cluster-ro-`), host);
      assert.ok(host.endsWith(`.${region}.rds.amazonaws.com`), host);
    }
  });

  it("lets a released region go: no protection of the engine's, none of AWS's", async () => {
    const { all } = await makeDatabase(two, {}, ["us-east-1"]);
    const protection = (id: string) => {
      const { protect, inputs } = only(all, id);
      return [protect, inputs["deletionProtection"]];
    };
    assert.deepEqual(protection(ids.cluster("us-east-1")), [false, false]);
    assert.deepEqual(protection(ids.cluster("eu-west-1")), [true, true]);
    assert.deepEqual(protection(ids.whole), [true, true]);
  });

  it("refuses a plan for a region that was not made", async () => {
    const plan = planDatabase(awsPlanOf(two, { database: {} }));
    assert.ok(plan);
    await assert.rejects(
      register(() => {
        new Database("database", {
          plan,
          networks: byRegion(["eu-west-1"], (region) => fakeNetwork(region)),
          shared: byRegion(two, fakeShared),
          providers: fakeProviders(two),
          password: "x",
        });
      }),
      /nothing was made for the region us-east-1/,
    );
  });
});
