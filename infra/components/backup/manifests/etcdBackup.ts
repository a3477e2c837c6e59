import type { BackupPlan } from "../plan";
import { chartImages } from "../../../plan/charts";
import { karmadaApi, karmadaEtcd } from "../../federation/manifests/karmadaChart";
import { karmadaNamespace } from "../../federation/component";
import { resources } from "../../../manifests/charts";
import type { Metadata } from "../../../manifests/types";

/** Name of the snapshot job and of its service account. */
export const snapshotName = "karmada-etcd-snapshot";

const labels = { "app.kubernetes.io/name": snapshotName, "app.kubernetes.io/part-of": "meridian" };
const metadata: Metadata = { name: snapshotName, namespace: karmadaNamespace, labels };

/** Service account of the snapshot job. Only its AWS role grants it permissions. */
export const snapshotAccount = { metadata, automountServiceAccountToken: false };

const folder = "/snapshot";
const file = `${folder}/karmada.db`;
const certificates = "/etc/karmada/pki";

/** `etcdctl` with the certificate that Karmada's own API server uses. */
function takeSnapshot(): string[] {
  return [
    "etcdctl",
    `--endpoints=${karmadaEtcd.client}`,
    `--cacert=${certificates}/server-ca.crt`,
    `--cert=${certificates}/karmada.crt`,
    `--key=${certificates}/karmada.key`,
    "--command-timeout=120s",
    "snapshot",
    "save",
    file,
  ];
}

const security = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/**
 * CronJob that takes a snapshot of Karmada's etcd and uploads it to the bucket. A snapshot by etcd is consistent, a copy of its
 * files is not; it needs no access to nodes.
 *
 * Each run writes the same object: the bucket retains its earlier versions.
 */
export function snapshotJob(plan: BackupPlan, bucket: string) {
  const mount = { name: "snapshot", mountPath: folder };
  return {
    metadata,
    spec: {
      schedule: plan.schedule,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          // The job ends before the next one starts.
          activeDeadlineSeconds: 600,
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: snapshotName,
              automountServiceAccountToken: false,
              restartPolicy: "Never",
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 65532,
                runAsGroup: 65532,
                fsGroup: 65532,
                seccompProfile: { type: "RuntimeDefault" },
              },
              initContainers: [
                {
                  name: "take",
                  image: chartImages.etcd,
                  command: takeSnapshot(),
                  resources: resources("50m", "128Mi"),
                  securityContext: security,
                  volumeMounts: [
                    mount,
                    { name: "certificates", mountPath: certificates, readOnly: true },
                  ],
                },
              ],
              containers: [
                {
                  name: "bring",
                  image: chartImages.awsCli,
                  args: [
                    ...["s3", "cp", file, `s3://${bucket}/${plan.snapshotKey}`],
                    ...["--region", plan.region, "--only-show-errors"],
                  ],
                  env: [{ name: "HOME", value: folder }],
                  resources: resources("50m", "256Mi"),
                  securityContext: security,
                  volumeMounts: [mount],
                },
              ],
              volumes: [
                { name: "snapshot", emptyDir: { sizeLimit: "4Gi" } },
                {
                  name: "certificates",
                  secret: {
                    secretName: karmadaApi.certificateSecret,
                    // Not the certificate authority's key, which is in the same Secret.
                    items: ["server-ca.crt", "karmada.crt", "karmada.key"].map((key) => ({
                      key,
                      path: key,
                    })),
                    defaultMode: 0o440,
                  },
                },
              ],
            },
          },
        },
      },
    },
  };
}
