import { type AwsAccount, domainSuffix } from "./account";
import { platformImages } from "../../../config/reserved";
import type { RegistryAddresses } from "./images";

/** Images of the apps and of the platform itself, near every region: pushed in one, copied by ECR to the others. */
export interface RegistryPlan extends RegistryAddresses {
  /** Where images are pushed. */
  readonly home: string;
  /** Every region, home included. The copies' repositories are made too: ECR would make them without our key. */
  readonly regions: readonly string[];
  /** In the order of the apps; then the platform's own. */
  readonly repositories: readonly RepositoryPlan[];
  /** Absent where there is one region only. */
  readonly replication?: ReplicationPlan;
  readonly scanning: ScanningPlan;
  readonly lifecycle: RepositoryLifecycle;
  readonly keepsData: boolean;
}

export interface RepositoryPlan {
  /** The app's name, or that of the platform's own image. */
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
  /** Basic finds known weaknesses of the system's packages and is free; enhanced is Amazon Inspector, paid by image. */
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

/** "staging/catalog": an environment's images have a folder of their own. */
export function repositoryName(environment: string, image: string): string {
  return `${repositoryPrefix(environment)}${image}`;
}

/** With the slash at the end, so that "prod" does not mean "production" too. */
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
 * Replication and scanning are settings of a whole account: of two environments in one account the last to be brought up
 * would win. Environments have accounts of their own; the filters keep the damage small where they have not.
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

/** ECR can't tell which images run: tagged ones go by number only, and there are many before one goes. */
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
