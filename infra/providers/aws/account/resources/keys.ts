import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { KeyPlan, RegionKeyPlan } from "../keys";
import { printPolicy } from "../../access/policy";
import { ofRegion } from "../../resources/ofRegion";
import type { RegionProviders } from "../../resources/types";

export interface PlatformKeyArgs {
  readonly plan: KeyPlan;
  readonly providers: RegionProviders;
  /** Whether the primary is protected and outlives the environment. Replicas are deleted with their region. */
  readonly keepsData: boolean;
}

/** The platform's multi-Region key: its primary, a replica in every other region, and the same alias for all. */
export class PlatformKey extends pulumi.ComponentResource {
  /** ARN of the key in each region. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: PlatformKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:PlatformKey", name, {}, opts);
    const { plan } = args;
    const primary = this.createPrimary(args);
    const keys = {
      [plan.primary.region]: primary,
      ...Object.fromEntries(
        plan.replicas.map((replica) => [
          replica.region,
          this.createReplica(replica, primary, args),
        ]),
      ),
    };
    // Aliases are deleted explicitly: their key's deletion takes weeks, and the name would stay in use for that time.
    for (const [region, key] of Object.entries(keys))
      new kms.Alias(
        `${region}-key`,
        { name: plan.alias, targetKeyId: key.keyId },
        { parent: this, provider: ofRegion(args.providers, region) },
      );
    this.arns = Object.fromEntries(Object.entries(keys).map(([region, { arn }]) => [region, arn]));
    this.registerOutputs({ arns: this.arns });
  }

  private createPrimary(args: PlatformKeyArgs): kms.Key {
    const { plan, keepsData } = args;
    const { region, policy } = plan.primary;
    return new kms.Key(
      `${region}-key`,
      {
        description: plan.description,
        multiRegion: true,
        enableKeyRotation: true,
        rotationPeriodInDays: plan.rotationDays,
        deletionWindowInDays: plan.deletionDays,
        policy: printPolicy(policy),
      },
      {
        parent: this,
        provider: ofRegion(args.providers, region),
        protect: keepsData,
        retainOnDelete: keepsData,
      },
    );
  }

  private createReplica(
    { region, policy }: RegionKeyPlan,
    primary: kms.Key,
    args: PlatformKeyArgs,
  ): kms.ReplicaKey {
    const { plan } = args;
    return new kms.ReplicaKey(
      `${region}-key`,
      {
        primaryKeyArn: primary.arn,
        description: plan.description,
        deletionWindowInDays: plan.deletionDays,
        policy: printPolicy(policy),
      },
      { parent: this, provider: ofRegion(args.providers, region) },
    );
  }
}
