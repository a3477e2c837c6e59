import type { HubPlan } from "../../plan/types";
import { bucketArn, partitionOf } from "../../providers/aws/account/account";
import { allow, type PolicyDocument, policyDocument } from "../../providers/aws/access/policy";

/** Backup of the hub's state to another region. */
export interface BackupPlan {
  /** Region of the bucket. It is the hub's only if there is no other region. */
  readonly region: string;
  /** Start of backups: a cron expression (UTC). */
  readonly schedule: string;
  /** Recovery point: at most this many minutes of state are lost, one interval and the duration of the backup. */
  readonly lossMinutes: number;
  /** Retention of a backup. */
  readonly retentionDays: number;
  /** Prefix in the bucket for Velero's Kubernetes objects. Velero rejects a prefix that contains anything else. */
  readonly objectsPrefix: string;
  /** The newest snapshot of Karmada's etcd; older ones are earlier versions of the same object. */
  readonly snapshotKey: string;
  /** Valid but risky settings, each with its remedy. */
  readonly warnings: readonly string[];
}

/** The part of a platform plan that determines the backup. */
export interface BackedUp {
  readonly hub: Pick<HubPlan, "region">;
  readonly regions: readonly { readonly name: string }[];
}

/** Plans a backup every 15 minutes with two weeks of retention: most of the hub's state can be recreated from git and the program. */
export function planBackup({ hub, regions }: BackedUp): BackupPlan {
  const other = regions.find(({ name }) => name !== hub.region);
  return {
    region: other?.name ?? hub.region,
    schedule: "*/15 * * * *",
    lossMinutes: 20,
    retentionDays: 14,
    objectsPrefix: "velero",
    snapshotKey: "etcd/karmada.db",
    warnings:
      other === undefined
        ? [
            `The hub's state is backed up to its own region (${hub.region}), as there is no other: ` +
              "losing the region loses both. Add a region.",
          ]
        : [],
  };
}

/** Purpose of the backup bucket in a region: the last part of its name. */
export function backupPurpose(region: string): string {
  return `hub-${region}`;
}

/** Velero's permissions: it may write, read and delete objects below its prefix in one bucket. */
export function veleroPolicy(plan: BackupPlan, bucket: string, keyArn: string): PolicyDocument {
  return policyDocument([
    allow("List", ["s3:ListBucket"], [placeOf(plan, bucket)]),
    allow(
      "Objects",
      [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      [placeOf(plan, `${bucket}/${plan.objectsPrefix}/*`)],
    ),
    allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [keyArn]),
  ]);
}

/** Permissions of the snapshot job: it may write one object and read nothing. */
export function snapshotPolicy(plan: BackupPlan, bucket: string, keyArn: string): PolicyDocument {
  return policyDocument([
    allow(
      "Snapshot",
      ["s3:PutObject", "s3:AbortMultipartUpload"],
      [placeOf(plan, `${bucket}/${plan.snapshotKey}`)],
    ),
    // S3 decrypts the parts of an upload when it joins them.
    allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [keyArn]),
  ]);
}

function placeOf({ region }: BackupPlan, name: string): string {
  return bucketArn({ partition: partitionOf(region) }, name);
}
