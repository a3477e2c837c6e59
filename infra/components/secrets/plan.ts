import { gateName } from "../../plan/names";
import type { PlatformPlan } from "../../plan/types";
import { arnOf, domainSuffix, partitionOf } from "../../providers/aws/account/account";
import { cacheKeys, planCache } from "../cache/plan";
import { databaseKeys, planDatabase } from "../database/plan";
import { type PolicyDocument, policyDocument } from "../../providers/aws/access/policy";

/** What the platform keeps in Secrets Manager. The values are made when a secret is, and are in no plan. */
export interface SecretsPlan {
  /** Every name begins with it. */
  readonly prefix: string;
  /** The database's administrator; absent: there is no database. */
  readonly database?: SecretPlan;
  /** By region, the password of its cache. Empty: there is none. */
  readonly caches: Readonly<Record<string, SecretPlan>>;
  /** LaunchDarkly's SDK key, which a person puts there; absent: flags come from the environment's file. */
  readonly launchDarkly?: SecretPlan;
}

export interface SecretPlan {
  /** As in Secrets Manager: `meridian/<environment>/<namespace>/<what>`. */
  readonly name: string;
  readonly description: string;
  /** Region where it is written. */
  readonly region: string;
  /** Other regions that have a copy, which outlives the loss of the first. */
  readonly replicas: readonly string[];
  /** Days in which a deleted one can be had back; 0: gone at once. */
  readonly recoveryDays: number;
  /** Whether it may not be deleted. */
  readonly kept: boolean;
  /** What it holds beside the password, by key. */
  readonly values: Readonly<Record<string, string>>;
  /** Key of the password in it. */
  readonly passwordKey: string;
}

/** Namespace whose secrets these are: a namespace reads only what begins with its name. */
export const dataNamespace = "meridian-data";

/** Key of LaunchDarkly's SDK key in the gate's secret. */
export const sdkKeyName = "sdkKey";

/** Beginning of the names of an environment's secrets. */
export function secretPrefix(environment: string): string {
  return `meridian/${environment}/`;
}

/** @param released Regions whose data may be deleted, as `planDatabase` takes them. */
export function planSecrets(plan: PlatformPlan, released?: readonly string[]): SecretsPlan {
  const prefix = secretPrefix(plan.environment.name);
  const database = planDatabase(plan, released);
  const caches = planCache(plan);
  const { environment } = plan;
  const sdkKey = environment.provider === "aws" && environment.flags !== undefined;
  return {
    prefix,
    ...(sdkKey && { launchDarkly: sdkKeySecret(plan, prefix, environment.aws.home) }),
    ...(database && {
      database: {
        name: `${prefix}${dataNamespace}/database`,
        description: "Administrator of the database",
        region: database.home,
        replicas: database.regions.slice(1).map(({ region }) => region),
        recoveryDays: 30,
        kept: database.kept,
        values: { [databaseKeys.user]: database.administrator },
        passwordKey: databaseKeys.password,
      },
    }),
    caches: Object.fromEntries(
      (caches?.regions ?? []).map(({ region, user }) => [
        region,
        cacheSecret(prefix, region, user),
      ]),
    ),
  };
}

/** Of use in its region only, and of none once the cache is gone: a region that comes back makes another at once. */
function cacheSecret(prefix: string, region: string, user: { readonly name: string }): SecretPlan {
  return {
    name: `${prefix}${dataNamespace}/cache`,
    description: `Password of the cache of ${region}`,
    region,
    replicas: [],
    recoveryDays: 0,
    kept: false,
    values: { [cacheKeys.user]: user.name },
    passwordKey: cacheKeys.password,
  };
}

/**
 * Made with a password that LaunchDarkly refuses, so that gates hold until the key is put there. A copy in each region: gates
 * of the others go on hearing flags when the first is lost.
 */
function sdkKeySecret({ regions }: PlatformPlan, prefix: string, home: string): SecretPlan {
  return {
    name: `${prefix}${gateName}/launchdarkly`,
    description: "LaunchDarkly's SDK key, put there by hand",
    region: home,
    replicas: regions.map(({ name }) => name).filter((name) => name !== home),
    recoveryDays: 0,
    kept: false,
    values: {},
    passwordKey: sdkKeyName,
  };
}

/**
 * What External Secrets of one region may do: read the environment's secrets there, and decrypt those, through Secrets
 * Manager only. It lists none and writes none. The key is not named, but what it may decrypt is.
 */
export function secretsReaderPolicy(args: {
  readonly environment: string;
  readonly accountId: string;
  readonly region: string;
}): PolicyDocument {
  const { environment, region } = args;
  const account = { ...args, partition: partitionOf(region) };
  const secrets = (where: string) =>
    arnOf(account, "secretsmanager", where, `secret:${secretPrefix(environment)}*`);
  return policyDocument([
    {
      Sid: "ReadSecrets",
      Effect: "Allow",
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: [secrets(region)],
    },
    {
      Sid: "DecryptSecrets",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [arnOf(account, "kms", region, "key/*")],
      Condition: {
        StringEquals: { "kms:ViaService": `secretsmanager.${region}.${domainSuffix(region)}` },
        // A copy's context may name the region where the secret was written.
        StringLike: { "kms:EncryptionContext:SecretARN": secrets("*") },
      },
    },
  ]);
}
