import * as pulumi from "@pulumi/pulumi";
import { bucketLogPrefix } from "../../state/accessLogs";
import type { GlobalPlan } from "../global";
import { createAccessLogs, writableName } from "../../state/resources/accessLogs";
import { createBoundary } from "../../access/resources/boundary";
import { AlarmTopic } from "./alarms";
import { createBudget } from "./budget";
import { GithubAccess } from "../../access/resources/githubAccess";
import { PlatformKey } from "./keys";
import { ofRegion } from "../../resources/ofRegion";
import { ImageRegistry } from "./registry";
import { AuditTrail } from "./trail";
import type { GlobalOutputs, RegionProviders, RegionSharedOutputs } from "../../resources/types";
import { HostedZone, type HostedZoneArgs } from "../../../../components/dns/resources/zone";

export interface GlobalServicesArgs {
  readonly plan: GlobalPlan;
  /** One for each region of the plan. */
  readonly providers: RegionProviders;
  readonly zone: HostedZoneArgs;
}

/**
 * The resources that an environment has once: key, registry, access of workflows, zone, budget, audit trail; and those that each
 * region shares. Services without a region are called through the home region.
 */
export class GlobalServices extends pulumi.ComponentResource implements GlobalOutputs {
  readonly regions: Readonly<Record<string, RegionSharedOutputs>>;
  readonly zoneId: pulumi.Output<string>;
  readonly registries: Readonly<Record<string, string>>;
  /** See `HostedZone`. */
  readonly nameServers: pulumi.Output<string[]>;
  /** For `boundRoles`. */
  readonly boundaryArn: pulumi.Output<string>;
  /** By workflow; empty if none has access. */
  readonly workflowRoleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: GlobalServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:GlobalServices", name, {}, opts);
    const { plan, providers } = args;
    const { keepsData } = plan;
    const home = { parent: this, provider: ofRegion(providers, plan.home) };
    const key = new PlatformKey("key", { plan: plan.key, providers, keepsData }, { parent: this });
    this.regions = this.createShared(args, key);
    new ImageRegistry(
      "registry",
      { plan: plan.registry, providers, keyArns: key.arns },
      { parent: this },
    );
    this.registries = plan.registry.hosts;
    this.boundaryArn = createBoundary("boundary", plan.boundary, home).arn;
    this.workflowRoleArns =
      plan.github === undefined
        ? {}
        : new GithubAccess("github", { plan: plan.github }, home).roleArns;
    const zone = new HostedZone("zone", args.zone, home);
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    createBudget("budget", plan.budget, home);
    this.createTrail(plan, home);
    this.registerOutputs({ zoneId: this.zoneId, registries: this.registries });
  }

  private createShared(
    { plan, providers }: GlobalServicesArgs,
    key: PlatformKey,
  ): Record<string, RegionSharedOutputs> {
    const shared = Object.entries(plan.accessLogs).map(([region, bucket]) => {
      const child = { parent: this, provider: ofRegion(providers, region) };
      const logs = createAccessLogs(region, bucket, child);
      const keyArn = ofRegion(key.arns, region);
      const alarms = new AlarmTopic(
        `${region}-alarms`,
        { plan: ofRegion(plan.alarms, region), keyArn },
        { parent: this, providers: [ofRegion(providers, region)] },
      );
      const outputs = { keyArn, accessLogBucket: writableName(logs), alarmTopicArn: alarms.arn };
      return [region, outputs] as const;
    });
    return Object.fromEntries(shared);
  }

  private createTrail({ trail, home }: GlobalPlan, opts: pulumi.ComponentResourceOptions): void {
    const shared = this.regions[home];
    if (shared === undefined) throw new RangeError(`${home} is none of the plan's regions`);
    const { keyArn, accessLogBucket } = shared;
    new AuditTrail(
      "trail",
      { plan: trail, keyArn, accessLog: { bucket: accessLogBucket, prefix: bucketLogPrefix } },
      opts,
    );
  }
}
