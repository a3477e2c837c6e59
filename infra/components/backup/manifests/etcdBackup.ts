import type { BackupPlan } from "../plan";
import { chartImages } from "../../../plan/charts";
import { karmadaApi, karmadaEtcd, karmadaNamespace } from "../../federation/manifests/karmadaChart";
import { resources } from "../../../manifests/charts";
import type { Metadata } from "../../../manifests/types";

/** Job and service account of the snapshots. */
export const snapshotName = "karmada-etcd-snapshot";

const labels = { "app.kubernetes.io/name": snapshotName, "app.kubernetes.io/part-of": "meridian" };
const metadata: Metadata = { name: snapshotName, namespace: karmadaNamespace, labels };

/** Whoever takes the snapshots; only its role on AWS gives it rights. */
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
 * Takes a snapshot of Karmada's etcd and brings it to the bucket: etcd's own snapshot is consistent,
 * which a copy of its files is not, and needs no access to nodes.
 *
 * Always the same object: the bucket keeps its earlier versions.
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
          // Done or given up before the next one begins.
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
                    // Not the authority's key, which lies in the same Secret.
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
