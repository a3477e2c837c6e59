import { type AwsAccount, domainSuffix } from "./account";
import { platformImages } from "../../../config/reserved";
import type { RegistryAddresses } from "./images";

/**
 * The image registry of the apps and of the platform itself: images are pushed in one region, and ECR replicates them to the
 * others.
 */
export interface RegistryPlan extends RegistryAddresses {
  /** Region to which images are pushed. */
  readonly home: string;
  /** All regions, including home. The replicas' repositories are created too: ECR would create them without the platform's key. */
  readonly regions: readonly string[];
  /** The apps' in their order, then the platform's own. */
  readonly repositories: readonly RepositoryPlan[];
  /** Absent for a single region. */
  readonly replication?: ReplicationPlan;
  readonly scanning: ScanningPlan;
  readonly lifecycle: RepositoryLifecycle;
  readonly keepsData: boolean;
}

export interface RepositoryPlan {
  /** Name of the app, or of the platform's own image. */
  readonly image: string;
  /** "staging/catalog". */
  readonly name: string;
}

/** ECR's own record. */
export interface ReplicationPlan {
  readonly rules: readonly {
    readonly destinations: readonly { readonly region: string; readonly registryId: string }[];
    readonly repositoryFilters: readonly {
      readonly filter: string;
      readonly filterType: "PREFIX_MATCH";
    }[];
  }[];
}

/** ECR's own record. */
export interface ScanningPlan {
  /** Basic finds known vulnerabilities of OS packages and is free; enhanced is Amazon Inspector, billed per image. */
  readonly scanType: "BASIC" | "ENHANCED";
  readonly rules: readonly {
    readonly scanFrequency: "SCAN_ON_PUSH";
    readonly repositoryFilters: readonly {
      readonly filter: string;
      readonly filterType: "WILDCARD";
    }[];
  }[];
}

/** ECR's own record. */
export interface RepositoryLifecycle {
  readonly rules: readonly {
    readonly rulePriority: number;
    readonly description: string;
    readonly selection: Readonly<Record<string, string | number>>;
    readonly action: { readonly type: "expire" };
  }[];
}

export function registryHost(accountId: string, region: string): string {
  return `${accountId}.dkr.ecr.${region}.${domainSuffix(region)}`;
}

/** "staging/catalog": each environment has its own folder of images. */
export function repositoryName(environment: string, image: string): string {
  return `${repositoryPrefix(environment)}${image}`;
}

/** Ends with a slash, so that "prod" does not match "production". */
export function repositoryPrefix(environment: string): string {
  return `${environment}/`;
}

export interface RegistryInput {
  readonly home: string;
  readonly regions: readonly string[];
  readonly apps: readonly string[];
  readonly keepsData: boolean;
}

/**
 * Plans the image registry. Replication and scanning are account-wide settings: with two environments in one account, the last `up`
 * would override them. Environments have separate accounts; the filters limit the effect if they do not.
 *
 * @throws RangeError when an app has the name of one of the platform's own images.
 */
export function planRegistry(account: AwsAccount, input: RegistryInput): RegistryPlan {
  const { home, regions, apps, keepsData } = input;
  const { environment, accountId } = account;
  const taken = apps.find((app) => platformImages.includes(app));
  if (taken !== undefined)
    throw new RangeError(
      `apps/${taken} has the name of an image of the platform: rename the folder`,
    );
  const prefix = repositoryPrefix(environment);
  const others = regions.filter((region) => region !== home);
  return {
    home,
    regions,
    repositories: [...apps, ...platformImages].map((image) => ({
      image,
      name: repositoryName(environment, image),
    })),
    hosts: Object.fromEntries(regions.map((region) => [region, registryHost(accountId, region)])),
    prefix,
    ...(others.length > 0 && { replication: replicationTo(others, accountId, prefix) }),
    scanning: {
      scanType: "BASIC",
      rules: [
        {
          scanFrequency: "SCAN_ON_PUSH",
          repositoryFilters: [{ filter: `${prefix}*`, filterType: "WILDCARD" }],
        },
      ],
    },
    lifecycle: imageLifecycle,
    keepsData,
  };
}

function replicationTo(
  regions: readonly string[],
  registryId: string,
  prefix: string,
): ReplicationPlan {
  return {
    rules: [
      {
        destinations: regions.map((region) => ({ region, registryId })),
        repositoryFilters: [{ filter: prefix, filterType: "PREFIX_MATCH" }],
      },
    ],
  };
}

/** ECR does not know which images are running: tagged ones expire only by count, and the limit is high. */
const imageLifecycle: RepositoryLifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: "Images without a tag go after two weeks",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 14,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "The last thousand images stay",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000 },
      action: { type: "expire" },
    },
  ],
};
