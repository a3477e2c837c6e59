import * as ecr from "@pulumi/aws/ecr";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryPlan, RepositoryPlan } from "../registry";
import { ofRegion } from "../../resources/ofRegion";
import type { RegionProviders } from "../../resources/types";

export interface ImageRegistryArgs {
  readonly plan: RegistryPlan;
  readonly providers: RegionProviders;
  /** ARN of the platform's key in each region. */
  readonly keyArns: Readonly<Record<string, pulumi.Output<string>>>;
}

/** A repository for each image in every region; images pushed to the home region are replicated to the others. */
export class ImageRegistry extends pulumi.ComponentResource {
  constructor(name: string, args: ImageRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:ImageRegistry", name, {}, opts);
    const { plan } = args;
    const repositories = plan.regions.flatMap((region) => this.createRegion(region, args));
    if (plan.replication !== undefined)
      // After the repositories: ECR would create a missing repository at the destination itself, without the platform's key.
      new ecr.ReplicationConfiguration(
        `${plan.home}-replication`,
        { replicationConfiguration: plan.replication as never },
        {
          parent: this,
          provider: ofRegion(args.providers, plan.home),
          dependsOn: repositories,
        },
      );
    this.registerOutputs({});
  }

  private createRegion(region: string, args: ImageRegistryArgs): ecr.Repository[] {
    const { plan, providers } = args;
    const { scanType, rules } = plan.scanning;
    const child = { parent: this, provider: ofRegion(providers, region) };
    new ecr.RegistryScanningConfiguration(
      `${region}-scanning`,
      { scanType, rules: rules as never },
      child,
    );
    return plan.repositories.map((repository) => this.createRepository(region, repository, args));
  }

  private createRepository(
    region: string,
    { image, name }: RepositoryPlan,
    { plan, providers, keyArns }: ImageRegistryArgs,
  ): ecr.Repository {
    // The other regions hold replicas.
    const keeps = plan.keepsData && region === plan.home;
    const child = { parent: this, provider: ofRegion(providers, region) };
    const repository = new ecr.Repository(
      `${region}-${image}`,
      {
        name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keyArns[region] }],
        forceDelete: !keeps,
      },
      { ...child, protect: keeps, retainOnDelete: keeps },
    );
    new ecr.LifecyclePolicy(
      `${region}-${image}`,
      { repository: repository.name, policy: JSON.stringify(plan.lifecycle) },
      { ...child, deletedWith: repository, retainOnDelete: keeps },
    );
    return repository;
  }
}
