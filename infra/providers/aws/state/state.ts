/**
 * Storage of Pulumi's state and secrets for an environment on AWS: a separate bucket and key, created before any other resource and
 * deleted by no command. This module defines names, policies, and the actions that an existing bucket or key needs.
 */

/** Name of an environment's bucket. The account id makes it unique, because bucket names are global. */
export function stateBucketName(environment: string, accountId: string): string {
  return `meridian-${environment}-${accountId}-state`;
}

/** Alias of the environment's key. */
export function stateKeyAlias(environment: string): string {
  return `alias/meridian-${environment}-state`;
}

/** Description that identifies a key whose creating run stopped before it created the alias. */
export function stateKeyDescription(environment: string): string {
  return `State and secrets of Meridian's environment ${environment}`;
}

/** URLs for Pulumi's engine: the state backend, and the encryption key of its secrets. */
export function stateUrls(
  environment: string,
  accountId: string,
  region: string,
): { readonly backend: string; readonly secrets: string } {
  return {
    // awssdk=v2 supports single sign-on profiles, v1 does not.
    backend: `s3://${stateBucketName(environment, accountId)}?region=${region}&awssdk=v2`,
    secrets: `awskms://${stateKeyAlias(environment)}?region=${region}&awssdk=v2`,
  };
}

/** Tags of the bucket and the key. */
export function stateTags(environment: string): Readonly<Record<string, string>> {
  return { "meridian:environment": environment, "meridian:part": "state" };
}

/** Retention of older state versions: days, and the minimum number that is retained. */
export const olderVersions = { days: 90, atLeast: 50 } as const;

/** A policy in IAM's format. */
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
 * Denies requests without TLS and writes with another encryption. A request without an encryption header gets the bucket's default,
 * so only requests that name another encryption are denied. This requires `Null`, because an absent key also matches "not equal".
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

/** An existing key. */
export interface FoundKey {
  readonly arn: string;
  /** "Enabled", "Disabled", "PendingDeletion", …: AWS' own values. */
  readonly state: string;
  readonly rotates: boolean;
  /** Whether the alias references it. */
  readonly named: boolean;
}

/** Settings of a bucket; the desired value of each is true. */
export interface BucketSettings {
  readonly private: boolean;
  readonly ownerOnly: boolean;
  readonly encrypted: boolean;
  readonly versioned: boolean;
  readonly policed: boolean;
  readonly tidied: boolean;
  readonly tagged: boolean;
}

/** In application order: the bucket is private before it contains anything. */
export const bucketSettings: readonly (keyof BucketSettings)[] = [
  "private",
  "ownerOnly",
  "encrypted",
  "versioned",
  "policed",
  "tidied",
  "tagged",
];

/** Actions on a key. */
export type KeyAction = "create" | "name" | "rotate";

/** Actions that an existing key needs; all of them if there is no key. */
export function keyActions(found: FoundKey | undefined): readonly KeyAction[] {
  if (found === undefined) return ["create", "rotate", "name"];
  return [...(found.rotates ? [] : ["rotate" as const]), ...(found.named ? [] : ["name" as const])];
}

/**
 * Reason why a key cannot be used, with its remedy; undefined if it can. A key is disabled deliberately, so Meridian does not
 * enable it.
 */
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

/** The settings that a bucket lacks, in application order; all of them if there is no bucket. */
export function bucketActions(
  found: BucketSettings | undefined,
): readonly (keyof BucketSettings)[] {
  return bucketSettings.filter((setting) => found?.[setting] !== true);
}
