import type { HubPlan } from "../../plan/types";
import { bucketArn, partitionOf } from "../../providers/aws/account/account";
import {
  type PolicyDocument,
  type PolicyStatement,
  policyDocument,
} from "../../providers/aws/access/policy";

/** How the hub's state is kept in another region. */
export interface BackupPlan {
  /** Region of the bucket: never the hub's, where there is another. */
  readonly region: string;
  /** When a backup begins, as cron writes it (UTC). */
  readonly schedule: string;
  /** At most this much of the state's history is lost: one interval and the backup's own time. */
  readonly lossMinutes: number;
  /** How long a backup is kept. */
  readonly retentionDays: number;
  /** Where in the bucket Velero keeps Kubernetes objects. It refuses a folder that holds anything else. */
  readonly objectsPrefix: string;
  /** The newest snapshot of Karmada's etcd; older ones are earlier versions of the same object. */
  readonly snapshotKey: string;
  /** What works but is unwise, with how to fix it. */
  readonly warnings: readonly string[];
}

/** As much of a plan as decides on its backup. */
export interface BackedUp {
  readonly hub: Pick<HubPlan, "region">;
  readonly regions: readonly { readonly name: string }[];
}

/** Every quarter of an hour, for two weeks: what is in the hub can mostly be made again, from git and the program. */
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

/** What the bucket of backups in a region is for: the last part of its name. */
export function backupPurpose(region: string): string {
  return `hub-${region}`;
}

/** What Velero may do: keep, read and expire what lies in its folder of the one bucket. */
export function veleroPolicy(plan: BackupPlan, bucket: string, keyArn: string): PolicyDocument {
  return policyDocument([
    allow("List", ["s3:ListBucket"], placeOf(plan, bucket)),
    allow(
      "Objects",
      [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      placeOf(plan, `${bucket}/${plan.objectsPrefix}/*`),
    ),
    allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], keyArn),
  ]);
}

/** What the job of the snapshots may do: write one object, and read nothing. */
export function snapshotPolicy(plan: BackupPlan, bucket: string, keyArn: string): PolicyDocument {
  return policyDocument([
    allow(
      "Snapshot",
      ["s3:PutObject", "s3:AbortMultipartUpload"],
      placeOf(plan, `${bucket}/${plan.snapshotKey}`),
    ),
    // S3 decrypts the parts of an upload when it joins them.
    allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], keyArn),
  ]);
}

function placeOf({ region }: BackupPlan, name: string): string {
  return bucketArn({ partition: partitionOf(region) }, name);
}

function allow(Sid: string, Action: readonly string[], Resource: string): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource: [Resource] };
}
