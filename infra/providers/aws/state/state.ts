/**
 * Where Pulumi keeps the state and the secrets of an environment on AWS: a bucket and a key of its own,
 * made before anything else and destroyed by nothing. Names, policies, and what is to be done about
 * what was found.
 */

/** An environment's bucket. The account makes it unique: names of buckets are shared by the world. */
export function stateBucketName(environment: string, accountId: string): string {
  return `meridian-${environment}-${accountId}-state`;
}

/** The name by which the environment's key is asked for. */
export function stateKeyAlias(environment: string): string {
  return `alias/meridian-${environment}-state`;
}

/** How a key is known again that was made by a run which did not come to naming it. */
export function stateKeyDescription(environment: string): string {
  return `State and secrets of Meridian's environment ${environment}`;
}

/** What Pulumi's engine is told: where the state is, and how secrets in it are encrypted. */
export function stateUrls(
  environment: string,
  accountId: string,
  region: string,
): { readonly backend: string; readonly secrets: string } {
  return {
    // awssdk=v2 knows profiles of single sign-on, v1 does not.
    backend: `s3://${stateBucketName(environment, accountId)}?region=${region}&awssdk=v2`,
    secrets: `awskms://${stateKeyAlias(environment)}?region=${region}&awssdk=v2`,
  };
}

/** Tags of both. */
export function stateTags(environment: string): Readonly<Record<string, string>> {
  return { "meridian:environment": environment, "meridian:part": "state" };
}

/** How long an older version of a state is kept, in days, and how many are kept at least. */
export const olderVersions = { days: 90, atLeast: 50 } as const;

/** A policy as IAM writes it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal: "*";
    readonly Action: string | readonly string[];
    readonly Resource: readonly string[];
    readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
  }[];
}

type Condition = PolicyDocument["Statement"][number]["Condition"];

/**
 * Nobody without TLS, and nothing encrypted otherwise. Whoever names no encryption gets the bucket's own, so
 * that only those are refused who name another: hence `Null`, as an absent key is "not equal" too.
 */
export function stateBucketPolicy(bucket: string, keyArn: string): PolicyDocument {
  const partition = keyArn.split(":")[1] ?? "aws";
  const arn = `arn:${partition}:s3:::${bucket}`;
  const deny = (
    Sid: string,
    Action: string,
    Resource: readonly string[],
    Condition: Condition,
  ) => ({
    ...{ Sid, Effect: "Deny" as const, Principal: "*" as const },
    ...{ Action, Resource, Condition },
  });
  const everything = [arn, `${arn}/*`];
  const other = (key: string, value: string): Condition => ({
    Null: { [key]: "false" },
    StringNotEquals: { [key]: value },
  });
  const header = "s3:x-amz-server-side-encryption";
  return {
    Version: "2012-10-17",
    Statement: [
      deny("NoPlainText", "s3:*", everything, { Bool: { "aws:SecureTransport": "false" } }),
      deny("NoOldTls", "s3:*", everything, { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
      deny("NoOtherEncryption", "s3:PutObject", [`${arn}/*`], other(header, "aws:kms")),
      deny("NoOtherKey", "s3:PutObject", [`${arn}/*`], other(`${header}-aws-kms-key-id`, keyArn)),
    ],
  };
}

/** A key as it was found. */
export interface FoundKey {
  readonly arn: string;
  /** "Enabled", "Disabled", "PendingDeletion", … as AWS names it. */
  readonly state: string;
  readonly rotates: boolean;
  /** Whether the alias names it. */
  readonly named: boolean;
}

/** What is true of a bucket: each is a setting that is wanted. */
export interface BucketSettings {
  readonly private: boolean;
  readonly ownerOnly: boolean;
  readonly encrypted: boolean;
  readonly versioned: boolean;
  readonly policed: boolean;
  readonly tidied: boolean;
  readonly tagged: boolean;
}

/** In this order: private before anything is in it. */
export const bucketSettings: readonly (keyof BucketSettings)[] = [
  "private",
  "ownerOnly",
  "encrypted",
  "versioned",
  "policed",
  "tidied",
  "tagged",
];

/** What can be done to a key. */
export type KeyAction = "create" | "name" | "rotate";

/** What a found key needs; nothing found: all of it. */
export function keyActions(found: FoundKey | undefined): readonly KeyAction[] {
  if (found === undefined) return ["create", "rotate", "name"];
  return [...(found.rotates ? [] : ["rotate" as const]), ...(found.named ? [] : ["name" as const])];
}

/** Why a key cannot be used, with the remedy; undefined: it can. Nobody disables a key by chance: we don't undo it. */
export function keyRefusal(found: FoundKey, region: string): string | undefined {
  const command = (verb: string) => `aws kms ${verb} --key-id ${found.arn} --region ${region}`;
  if (found.state === "Enabled") return undefined;
  if (found.state === "PendingDeletion") {
    return (
      `The key of the state, ${found.arn}, is about to be deleted, and with it every secret in the state. ` +
      `Keep it with \`${command("cancel-key-deletion")}\` and \`${command("enable-key")}\`, then run this again.`
    );
  }
  return (
    `The key of the state, ${found.arn}, is ${found.state}. ` +
    `Allow its use with \`${command("enable-key")}\`, then run this again.`
  );
}

/** The settings that a bucket lacks, in their order; no bucket lacks all of them. */
export function bucketActions(
  found: BucketSettings | undefined,
): readonly (keyof BucketSettings)[] {
  return bucketSettings.filter((setting) => found?.[setting] !== true);
}
