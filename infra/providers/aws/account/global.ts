import type { AwsEnvironment } from "../../../config/types";
import { planAccessLogs } from "../state/accessLogs";
import { type AwsAccount, accountOf } from "./account";
import { type AlarmTopicPlan, planAlarmTopic } from "./alarms";
import { type BoundaryPlan, planBoundary } from "../access/boundary";
import type { BucketPlan } from "../state/buckets";
import { type BudgetPlan, planBudget } from "./budget";
import { type GithubAccessPlan, planGithubAccess } from "../access/githubAccess";
import { type KeyPlan, planKey } from "./keys";
import { type RegistryPlan, planRegistry } from "./registry";
import { type TrailPlan, planTrail } from "./trail";

/** Resources that an environment has once or that its regions share. */
export interface GlobalPlan {
  readonly account: AwsAccount;
  /** Region of primaries, originals and the trail; also the region through which global services are called. */
  readonly home: string;
  /** All regions, including home, in configuration order. */
  readonly regions: readonly string[];
  /** Whether resources that hold data are protected and outlive the environment. */
  readonly keepsData: boolean;
  readonly key: KeyPlan;
  readonly registry: RegistryPlan;
  readonly boundary: BoundaryPlan;
  /** Absent if no repository's workflows have access. */
  readonly github?: GithubAccessPlan;
  readonly budget: BudgetPlan;
  readonly trail: TrailPlan;
  /** By region. */
  readonly alarms: Readonly<Record<string, AlarmTopicPlan>>;
  /** By region. */
  readonly accessLogs: Readonly<Record<string, BucketPlan>>;
}

export interface GlobalInput {
  readonly environment: AwsEnvironment;
  /** One of the environment's regions: that of the first hub. It does not change when the hub moves. */
  readonly home: string;
  /** Names of the apps. Each gets an image repository, in addition to the platform's own. */
  readonly apps: readonly string[];
  readonly keepsData: boolean;
  /** See `githubProviderOf`. Default: create. */
  readonly githubProvider?: GithubAccessPlan["provider"] | undefined;
}

/**
 * Plans the global resources. @throws RangeError when home is not a region of the environment, a bucket's name is too long, or an
 * app's name is reserved.
 */
export function planGlobal({
  environment,
  home,
  apps,
  keepsData,
  githubProvider,
}: GlobalInput): GlobalPlan {
  const account = accountOf(environment);
  const regions = environment.regions.map(({ name }) => name);
  if (!regions.includes(home))
    throw new RangeError(`${home} is none of the regions ${regions.join(", ")}`);
  const { github, budget, alarms } = environment.aws;
  return {
    account,
    home,
    regions,
    keepsData,
    key: planKey(account, home, regions),
    registry: planRegistry(account, { home, regions, apps, keepsData }),
    boundary: planBoundary(account),
    ...(github !== undefined && { github: planGithubAccess(account, github, githubProvider) }),
    budget: planBudget(account, budget),
    trail: planTrail(account, home, keepsData),
    alarms: Object.fromEntries(
      regions.map((region) => [region, planAlarmTopic(account, region, alarms)]),
    ),
    accessLogs: Object.fromEntries(
      regions.map((region) => [region, planAccessLogs(account, region)]),
    ),
  };
}
