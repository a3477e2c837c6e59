import { gateName } from "../../plan/names";
import type { PlatformPlan } from "../../plan/types";
import { arnOf, domainSuffix, partitionOf } from "../../providers/aws/account/account";
import { cacheKeys, planCache } from "../cache/plan";
import { databaseKeys, planDatabase } from "../database/plan";
import { type PolicyDocument, policyDocument } from "../../providers/aws/access/policy";

/** The platform's secrets in Secrets Manager. Their values are generated at creation and are in no plan. */
export interface SecretsPlan {
  /** Prefix of all names. */
  readonly prefix: string;
  /** The database's administrator; absent: there is no database. */
  readonly database?: SecretPlan;
  /** Secret with the password of the cache, by region. Empty: there is no cache. */
  readonly caches: Readonly<Record<string, SecretPlan>>;
  /** LaunchDarkly's SDK key, which a user stores; absent: the environment's file is the source of flags. */
  readonly launchDarkly?: SecretPlan;
}

export interface SecretPlan {
  /** As in Secrets Manager: `meridian/<environment>/<namespace>/<what>`. */
  readonly name: string;
  readonly description: string;
  /** Primary region. */
  readonly region: string;
  /** Other regions with a replica, which survives the loss of the primary region. */
  readonly replicas: readonly string[];
  /** Days in which a deleted secret can be restored; 0: deleted immediately. */
  readonly recoveryDays: number;
  /** Deletion protection. */
  readonly kept: boolean;
  /** Values beside the password, by key. */
  readonly values: Readonly<Record<string, string>>;
  /** Key of the password. */
  readonly passwordKey: string;
}

/** Namespace of these secrets: a namespace can read only secrets with its prefix. */
export const dataNamespace = "meridian-data";

/** Key of LaunchDarkly's SDK key in the gate's secret. */
export const sdkKeyName = "sdkKey";

/** Prefix of the names of an environment's secrets. */
export function secretPrefix(environment: string): string {
  return `meridian/${environment}/`;
}

/** Plans the secrets. @param released Regions whose data may be deleted, as in `planDatabase`. */
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

/** Needed only in its region and only with the cache. If the region is added again, a new secret is created immediately. */
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
 * Created with a password that LaunchDarkly rejects, so that gates hold until a user stores the key. With a replica in each region,
 * the other regions' gates still receive flags after the loss of the primary region.
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
 * Permissions of External Secrets in one region: it may read the environment's secrets there and decrypt them, through Secrets
 * Manager only. It can neither list nor write secrets. The policy does not restrict the key, but the secrets that it decrypts.
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
        // A replica's encryption context may contain the primary region.
        StringLike: { "kms:EncryptionContext:SecretARN": secrets("*") },
      },
    },
  ]);
}
