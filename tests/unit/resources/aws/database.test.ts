import * as assert from "node:assert/strict";
import { planDatabase } from "../../../../infra/plan/aws/database";
import { Database } from "../../../../infra/resources/aws/database";
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
  it("registers exactly these, each in its region", async () => {
    const { all } = await makeDatabase(two);
    const [home = "", other = ""] = two;
    const inRegion = (region: string, instances: number, alarms: string[]) =>
      [
        ids.cluster(region),
        ids.subnets(region),
        ids.parameters(region),
        ids.logs(region),
        ...Array.from({ length: instances }, (_, index) => ids.instance(region, index)),
        ...alarms.map((key) => ids.alarm(region, key)),
      ].map((id) => [id, ids.region(region), region] as const);
    const expected = [
      [ids.component, undefined, undefined] as const,
      [ids.region(home), ids.component, undefined] as const,
      [ids.region(other), ids.component, undefined] as const,
      [ids.whole, ids.component, home] as const,
      [ids.role, ids.component, home] as const,
      [ids.attachment, ids.component, home] as const,
      ...inRegion(home, 2, ["replica-lag"]),
      ...inRegion(other, 1, ["replica-lag", "global-lag"]),
    ].sort(([one], [another]) => (one < another ? -1 : 1));
    assert.deepEqual(
      all.map(({ id, parent, provider }) => [id, parent, provider]),
      expected,
    );
  });

  it("has one global cluster, of which the version is the plan's", async () => {
    const { all } = await makeDatabase(two);
    const { inputs, protect } = only(all, ids.whole);
    assert.deepEqual(inputs, {
      globalClusterIdentifier: "meridian-test-database",
      engine: "aurora-postgresql",
      engineVersion: "17.7",
      databaseName: "meridian",
      storageEncrypted: true,
      deletionProtection: true,
    });
    assert.equal(protect, true);
  });

  it("has the home's cluster as the plan says, its password a secret", async () => {
    const { all } = await makeDatabase(two, { minCapacity: 0.5, maxCapacity: 8, backupDays: 7 });
    const { inputs, secrets, ignoreChanges } = only(all, ids.cluster("eu-west-1"));
    const { finalSnapshotIdentifier, ...others } = inputs;
    assert.match(String(finalSnapshotIdentifier), /^meridian-test-eu-west-1-final-[0-9a-f]{8}$/);
    assert.deepEqual(others, {
      clusterIdentifier: "meridian-test-eu-west-1",
      globalClusterIdentifier: "meridian-test-database",
      engine: "aurora-postgresql",
      engineMode: "provisioned",
      engineVersion: "17.7",
      port: 5432,
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 8 },
      databaseName: "meridian",
      masterUsername: "meridian",
      masterPassword: "generated-password",
      dbSubnetGroupName: "meridian-test-database",
      vpcSecurityGroupIds: ["eu-west-1-database"],
      dbClusterParameterGroupName: "meridian-test-aurora-postgresql17",
      iamDatabaseAuthenticationEnabled: true,
      storageEncrypted: true,
      kmsKeyId: fakeKeyArn("eu-west-1"),
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: fakeKeyArn("eu-west-1"),
      performanceInsightsRetentionPeriod: 7,
      enabledCloudwatchLogsExports: ["postgresql"],
      backupRetentionPeriod: 7,
      preferredBackupWindow: "02:00-03:00",
      preferredMaintenanceWindow: "mon:04:00-mon:05:00",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
    });
    assert.deepEqual(secrets, ["masterPassword"]);
    assert.deepEqual(ignoreChanges, [
      "databaseName",
      "engineVersion",
      "finalSnapshotIdentifier",
      "masterPassword",
      "masterUsername",
      "replicationSourceIdentifier",
      "sourceRegion",
    ]);
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
    assert.deepEqual(inputs, {
      identifier: "meridian-test-us-east-1-0",
      clusterIdentifier: "meridian-test-us-east-1",
      engine: "aurora-postgresql",
      engineVersion: "17.7",
      instanceClass: "db.serverless",
      availabilityZone: "us-east-1a",
      promotionTier: 0,
      dbSubnetGroupName: "meridian-test-database",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      monitoringInterval: 60,
      monitoringRoleArn: "arn:aws:iam::123456789012:role/meridian-test-database-monitoring",
      preferredMaintenanceWindow: "mon:09:00-mon:10:00",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: fakeKeyArn("us-east-1"),
      performanceInsightsRetentionPeriod: 7,
    });
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

  it("rings when readers or a region are too far behind", async () => {
    const { all } = await makeDatabase(two);
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 5,
    };
    assert.deepEqual(only(all, ids.alarm("eu-west-1", "replica-lag")).inputs, {
      ...common,
      name: "meridian-test-eu-west-1-replica-lag",
      alarmDescription: "Readers are more than 2 s behind the region's storage.",
      threshold: 2000,
      treatMissingData: "missing",
      namespace: "AWS/RDS",
      metricName: "AuroraReplicaLag",
      dimensions: { DBClusterIdentifier: "meridian-test-eu-west-1", Role: "READER" },
      statistic: "Maximum",
      period: 60,
    });
    assert.deepEqual(only(all, ids.alarm("us-east-1", "global-lag")).inputs, {
      ...common,
      name: "meridian-test-us-east-1-global-lag",
      alarmDescription:
        "us-east-1 is more than 5 s behind the writer's region: what a failover would lose.",
      threshold: 5000,
      treatMissingData: "breaching",
      metricQueries: [
        {
          id: "lag",
          label: "meridian-test-us-east-1-global-lag",
          expression: 'SELECT MAX(AuroraGlobalDBReplicationLag) FROM "AWS/RDS"',
          period: 60,
          returnData: true,
        },
      ],
    });
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
