import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as elasticache from "@pulumi/aws/elasticache";
import * as pulumi from "@pulumi/pulumi";
import { cacheLogDays, type CachePlan, type CacheRegionPlan, cacheSnapshotDays } from "../plan";
import type {
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../../providers/aws/resources/types";

export interface CacheArgs {
  readonly cache: CachePlan;
  readonly plan: CacheRegionPlan;
  readonly network: Pick<RegionNetworkOutputs, "subnetIds" | "securityGroupIds">;
  readonly shared: Pick<RegionSharedOutputs, "keyArn">;
  /** Password of the apps' user: `PlatformSecret.password`. */
  readonly password: pulumi.Input<string>;
}

/** One region's Valkey: encrypted at rest and in transit, with one user that has a password. */
export class Cache extends pulumi.ComponentResource {
  /** Host of the primary. */
  readonly writerEndpoint: pulumi.Output<string>;
  /** Host of the replicas. */
  readonly readerEndpoint: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Cache", name, {}, opts);
    const { plan, network, shared } = args;
    const child = { parent: this };
    const subnets = new elasticache.SubnetGroup(
      name,
      { name: plan.subnetGroup, subnetIds: [...network.subnetIds.isolated] },
      child,
    );
    const logs = new cloudwatch.LogGroup(
      name,
      { name: plan.logGroup, retentionInDays: cacheLogDays, kmsKeyId: shared.keyArn },
      child,
    );
    const group = new elasticache.ReplicationGroup(
      name,
      {
        ...fixed(args),
        subnetGroupName: subnets.name,
        securityGroupIds: [network.securityGroupIds.cache],
        userGroupIds: [this.createUsers(name, args).userGroupId],
        kmsKeyId: shared.keyArn,
        logDeliveryConfigurations: [
          {
            destination: logs.name,
            destinationType: "cloudwatch-logs",
            logFormat: "json",
            logType: "slow-log",
          },
        ],
      },
      child,
    );
    this.writerEndpoint = group.primaryEndpointAddress;
    this.readerEndpoint = group.readerEndpointAddress;
    this.registerOutputs({});
  }

  private createUsers(name: string, { plan, password }: CacheArgs): elasticache.UserGroup {
    const user = new elasticache.User(
      name,
      {
        userId: plan.user.id,
        userName: plan.user.name,
        engine: "valkey",
        accessString: plan.user.access,
        authenticationMode: { type: "password", passwords: [pulumi.secret(password)] },
      },
      { parent: this },
    );
    return new elasticache.UserGroup(
      name,
      { userGroupId: plan.user.groupId, engine: "valkey", userIds: [user.userId] },
      { parent: this },
    );
  }
}

/** Arguments that depend on the plan only. */
function fixed({ cache, plan }: CacheArgs) {
  return {
    replicationGroupId: plan.groupId,
    description: plan.description,
    engine: "valkey",
    engineVersion: cache.engineVersion,
    nodeType: cache.nodeType,
    port: cache.port,
    numCacheClusters: plan.zones.length,
    preferredCacheClusterAzs: [...plan.zones],
    automaticFailoverEnabled: plan.failover,
    multiAzEnabled: plan.failover,
    atRestEncryptionEnabled: true,
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    autoMinorVersionUpgrade: false,
    snapshotRetentionLimit: cacheSnapshotDays,
    snapshotWindow: plan.windows.backup,
    maintenanceWindow: plan.windows.maintenance,
  };
}
