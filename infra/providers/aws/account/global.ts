import type { AwsEnvironment } from "../../../config/types";
import { planAccessLogs } from "../state/accessLogs";
import { type AwsAccount, accountOf } from "./account";
import { type BoundaryPlan, planBoundary } from "../access/boundary";
import type { BucketPlan } from "../state/buckets";
import { type BudgetPlan, planBudget } from "./budget";
import { type GithubAccessPlan, planGithubAccess } from "../access/githubAccess";
import { type KeyPlan, planKey } from "./keys";
import { type RegistryPlan, planRegistry } from "./registry";
import { type TrailPlan, planTrail } from "./trail";

/** What an environment has once, and what its regions share. */
export interface GlobalPlan {
  readonly account: AwsAccount;
  /** Where primaries, originals and the trail are, and through which region global services are reached. */
  readonly home: string;
  /** Every region, home included, in the order of the configuration. */
  readonly regions: readonly string[];
  /** Whether what holds data is protected and outlives the environment. */
  readonly keepsData: boolean;
  readonly key: KeyPlan;
  readonly registry: RegistryPlan;
  readonly boundary: BoundaryPlan;
  /** Absent: no repository's workflows have access. */
  readonly github?: GithubAccessPlan;
  readonly budget: BudgetPlan;
  readonly trail: TrailPlan;
  /** By region. */
  readonly accessLogs: Readonly<Record<string, BucketPlan>>;
}

export interface GlobalInput {
  readonly environment: AwsEnvironment;
  /** One of the environment's regions: the first hub's. It stays where it is when the hub moves. */
  readonly home: string;
  /** Names of the apps, each of which gets a repository for its images beside the platform's own. */
  readonly apps: readonly string[];
  readonly keepsData: boolean;
}

/** @throws RangeError when home is no region of the environment, a name is too long for a bucket, or an app's is taken. */
export function planGlobal({ environment, home, apps, keepsData }: GlobalInput): GlobalPlan {
  const account = accountOf(environment);
  const regions = environment.regions.map(({ name }) => name);
  if (!regions.includes(home))
    throw new RangeError(`${home} is none of the regions ${regions.join(", ")}`);
  const { github, budget } = environment.aws;
  return {
    account,
    home,
    regions,
    keepsData,
    key: planKey(account, home, regions),
    registry: planRegistry(account, { home, regions, apps, keepsData }),
    boundary: planBoundary(account),
    ...(github !== undefined && { github: planGithubAccess(account, github) }),
    budget: planBudget(account, budget),
    trail: planTrail(account, home, keepsData),
    accessLogs: Object.fromEntries(
      regions.map((region) => [region, planAccessLogs(account, region)]),
    ),
  };
}
