import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import {
  type DatabaseAlarmPlan,
  type DatabaseInstancePlan,
  type DatabasePlan,
  type DatabaseRegionPlan,
  databaseLogDays,
  insightsDays,
  monitoringSeconds,
} from "../plan";
import type {
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../../providers/aws/resources/types";

export interface DatabaseRegionArgs {
  readonly database: DatabasePlan;
  readonly plan: DatabaseRegionPlan;
  readonly network: Pick<RegionNetworkOutputs, "subnetIds" | "securityGroupIds">;
  readonly shared: Pick<RegionSharedOutputs, "keyArn" | "alarmTopicArn">;
  readonly globalIdentifier: pulumi.Input<string>;
  readonly monitoringRoleArn: pulumi.Input<string>;
  /** Password of the administrator. Only the home uses it: the others receive it by replication. */
  readonly password: pulumi.Input<string>;
  /** Resources to create before the cluster: for a secondary, the home. They are also deleted after it. */
  readonly after: readonly pulumi.Resource[];
}

const engine = "aurora-postgresql";

/** One region's cluster of the global database. */
export class DatabaseRegion extends pulumi.ComponentResource {
  readonly readerEndpoint: pulumi.Output<string>;
  /** The cluster and its first instance: it accepts connections. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    args: DatabaseRegionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:DatabaseRegion", name, {}, opts);
    const { plan } = args;
    const cluster = this.createCluster(args);
    const instances = plan.instances.map((instance, index) =>
      this.createInstance(`${name}-${index}`, instance, cluster, args),
    );
    for (const alarm of plan.alarms) this.createAlarm(alarm, args.shared.alarmTopicArn);
    this.readerEndpoint = cluster.readerEndpoint;
    this.ready = [cluster, ...instances.slice(0, 1)];
    this.registerOutputs({});
  }

  private createCluster(args: DatabaseRegionArgs): rds.Cluster {
    const { name } = this;
    const { database, plan, network, shared } = args;
    const subnets = new rds.SubnetGroup(
      name,
      { name: plan.subnetGroup, subnetIds: [...network.subnetIds.isolated] },
      { parent: this },
    );
    const parameters = new rds.ClusterParameterGroup(
      name,
      {
        name: database.parameters.name,
        family: database.parameters.family,
        parameters: database.parameters.parameters.map((parameter) => ({ ...parameter })),
      },
      { parent: this },
    );
    // Created before Aurora creates it: Aurora's would have no retention limit and not use our key.
    const logs = new cloudwatch.LogGroup(
      name,
      { name: plan.logGroup, retentionInDays: databaseLogDays, kmsKeyId: shared.keyArn },
      { parent: this },
    );
    return new rds.Cluster(
      name,
      {
        clusterIdentifier: plan.clusterIdentifier,
        globalClusterIdentifier: args.globalIdentifier,
        engine,
        engineMode: "provisioned",
        engineVersion: database.engineVersion,
        port: database.port,
        serverlessv2ScalingConfiguration: {
          minCapacity: database.capacity.min,
          maxCapacity: database.capacity.max,
        },
        ...roleOf(args),
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [network.securityGroupIds.database],
        dbClusterParameterGroupName: parameters.name,
        iamDatabaseAuthenticationEnabled: true,
        storageEncrypted: true,
        kmsKeyId: shared.keyArn,
        databaseInsightsMode: "standard",
        ...insights(args),
        enabledCloudwatchLogsExports: ["postgresql"],
        backupRetentionPeriod: database.backupDays,
        preferredBackupWindow: plan.windows.backup,
        preferredMaintenanceWindow: plan.windows.maintenance,
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: false,
        deletionProtection: plan.kept,
        skipFinalSnapshot: false,
        // Random suffix: the region may have been deleted before, with a final snapshot of its own.
        finalSnapshotIdentifier: `${plan.finalSnapshotPrefix}-${randomBytes(4).toString("hex")}`,
      },
      {
        parent: this,
        protect: plan.kept,
        dependsOn: [logs, ...args.after],
        ignoreChanges: [...decidedAtCreation],
      },
    );
  }

  private createInstance(
    name: string,
    instance: DatabaseInstancePlan,
    cluster: rds.Cluster,
    args: DatabaseRegionArgs,
  ): rds.ClusterInstance {
    return new rds.ClusterInstance(
      name,
      {
        identifier: instance.identifier,
        clusterIdentifier: cluster.id,
        engine,
        engineVersion: args.database.engineVersion,
        instanceClass: "db.serverless",
        availabilityZone: instance.zone,
        promotionTier: instance.promotionTier,
        dbSubnetGroupName: cluster.dbSubnetGroupName,
        publiclyAccessible: false,
        // The version is pinned: it changes only in the plan.
        autoMinorVersionUpgrade: false,
        copyTagsToSnapshot: true,
        monitoringInterval: monitoringSeconds,
        monitoringRoleArn: args.monitoringRoleArn,
        preferredMaintenanceWindow: args.plan.windows.maintenance,
        ...insights(args),
      },
      { parent: this, ignoreChanges: ["engineVersion"] },
    );
  }

  /** The topic hears of the alarm and of its end. */
  private createAlarm(alarm: DatabaseAlarmPlan, topic: pulumi.Input<string>): void {
    new cloudwatch.MetricAlarm(
      `${this.name}-${alarm.key}`,
      {
        name: alarm.name,
        alarmDescription: alarm.description,
        comparisonOperator: "GreaterThanThreshold",
        threshold: alarm.thresholdMilliseconds,
        evaluationPeriods: 5,
        treatMissingData: alarm.silence,
        alarmActions: [topic],
        okActions: [topic],
        ...measureOf(alarm),
      },
      { parent: this },
    );
  }
}

/**
 * Properties that are set at creation only. The global cluster changes the version of all clusters. The others differ between the
 * home and the secondaries: a change of home must not replace a cluster. The password is changed in the database and in the secret
 * together, not by a deployment.
 */
const decidedAtCreation = [
  "databaseName",
  "engineVersion",
  "finalSnapshotIdentifier",
  "masterPassword",
  "masterUsername",
  "replicationSourceIdentifier",
  "sourceRegion",
] as const;

/** AWS rejects a name or password for a secondary cluster, which receives both by replication. */
function roleOf({ database, plan, password }: DatabaseRegionArgs): Partial<rds.ClusterArgs> {
  switch (plan.role) {
    case "home":
      return {
        databaseName: database.databaseName,
        masterUsername: database.administrator,
        masterPassword: password,
      };
    case "secondary":
      return { sourceRegion: database.home };
  }
}

function insights({ shared }: DatabaseRegionArgs) {
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: shared.keyArn,
    performanceInsightsRetentionPeriod: insightsDays,
  };
}

/** Evaluates the maximum of each minute. */
function measureOf({ measure, name }: DatabaseAlarmPlan): Partial<cloudwatch.MetricAlarmArgs> {
  switch (measure.kind) {
    case "metric":
      return {
        namespace: "AWS/RDS",
        metricName: measure.metric,
        dimensions: { ...measure.dimensions },
        statistic: "Maximum",
        period: 60,
      };
    case "query":
      return {
        metricQueries: [
          { id: "lag", label: name, expression: measure.query, period: 60, returnData: true },
        ],
      };
  }
}
