import type * as aws from "@pulumi/aws";
import * as iam from "@pulumi/aws/iam";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import { managedPolicyArn } from "../../../providers/aws/account/account";
import { type DatabasePlan, type DatabaseRegionPlan, monitoringTrust } from "../plan";
import { printPolicy } from "../../../providers/aws/access/policy";
import { DatabaseRegion } from "./region";
import { ofRegion } from "../../../providers/aws/resources/ofRegion";
import type {
  RegionNetworkOutputs,
  RegionProviders,
  RegionSharedOutputs,
} from "../../../providers/aws/resources/types";

export interface DatabaseArgs {
  readonly plan: DatabasePlan;
  /** By region, for all regions of the plan. */
  readonly networks: Readonly<
    Record<string, Pick<RegionNetworkOutputs, "subnetIds" | "securityGroupIds">>
  >;
  readonly shared: Readonly<Record<string, Pick<RegionSharedOutputs, "keyArn" | "alarmTopicArn">>>;
  readonly providers: RegionProviders;
  /** Password of the administrator: `PlatformSecret.password`. */
  readonly password: pulumi.Input<string>;
}

/** Aurora PostgreSQL over all regions: the home is created first and deleted last. */
export class Database extends pulumi.ComponentResource {
  /** Host of the writer. It still resolves to the writer after a failover to another region. */
  readonly writerEndpoint: pulumi.Output<string>;
  /** Host of the readers, by region. */
  readonly readerEndpoints: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Database", name, {}, opts);
    const { plan } = args;
    const provider = ofRegion(args.providers, plan.home);
    const whole = new rds.GlobalCluster(
      name,
      {
        globalClusterIdentifier: plan.globalIdentifier,
        engine: "aurora-postgresql",
        engineVersion: plan.engineVersion,
        databaseName: plan.databaseName,
        storageEncrypted: true,
        deletionProtection: plan.kept,
      },
      { parent: this, provider, protect: plan.kept },
    );
    const role = this.createMonitoringRole(name, plan, provider);
    const endpoints: Record<string, pulumi.Output<string>> = {};
    let after: readonly pulumi.Resource[] = [role.attachment];
    for (const region of plan.regions) {
      const part = new DatabaseRegion(
        `${region.region}-${name}`,
        { ...argsOf(args, region), globalIdentifier: whole.id, monitoringRoleArn: role.arn, after },
        { parent: this, providers: [ofRegion(args.providers, region.region)] },
      );
      endpoints[region.region] = part.readerEndpoint;
      // The home is first in the plan. The other regions depend on it, not on each other.
      if (region.role === "home") after = part.ready;
    }
    this.writerEndpoint = whole.endpoint;
    this.readerEndpoints = endpoints;
    this.registerOutputs({});
  }

  private createMonitoringRole(name: string, plan: DatabasePlan, provider: aws.Provider) {
    const opts = { parent: this, provider };
    const role = new iam.Role(
      `${name}-monitoring`,
      { name: plan.monitoringRole, assumeRolePolicy: printPolicy(monitoringTrust) },
      opts,
    );
    const attachment = new iam.RolePolicyAttachment(
      `${name}-monitoring`,
      {
        role: role.name,
        policyArn: managedPolicyArn(plan.home, "service-role/AmazonRDSEnhancedMonitoringRole"),
      },
      opts,
    );
    return { arn: role.arn, attachment };
  }
}

function argsOf(args: DatabaseArgs, plan: DatabaseRegionPlan) {
  return {
    database: args.plan,
    plan,
    network: ofRegion(args.networks, plan.region),
    shared: ofRegion(args.shared, plan.region),
    password: args.password,
  };
}
