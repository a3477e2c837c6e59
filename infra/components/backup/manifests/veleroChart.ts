import type { BackupPlan } from "../plan";
import { chartImages } from "../../../plan/charts";
import { argocdNamespace } from "../../delivery/names";
import { resources } from "../../../manifests/charts";
import { karmadaNamespace } from "../../federation/component";
import { veleroName } from "../component";

const location = "default";

/** Velero on the hub. It backs up the objects of Argo CD and Karmada, including certificates, to another region's bucket. */
export function veleroValues(plan: BackupPlan, bucket: string) {
  const ttl = `${plan.retentionDays * 24}h0m0s`;
  const security = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  };
  return {
    initContainers: [
      {
        name: "velero-plugin-for-aws",
        image: chartImages.veleroAws,
        imagePullPolicy: "IfNotPresent",
        volumeMounts: [{ mountPath: "/target", name: "plugins" }],
        resources: resources("50m", "64Mi"),
        securityContext: security,
      },
    ],
    resources: resources("200m", "512Mi"),
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    // With a read-only root file system, the chart mounts a separate /tmp.
    containerSecurityContext: security,
    serviceAccount: { server: { create: true, name: veleroName } },
    credentials: { useSecret: false },
    configuration: {
      backupStorageLocation: [
        {
          name: location,
          provider: "aws",
          bucket,
          prefix: plan.objectsPrefix,
          default: true,
          config: { region: plan.region },
        },
      ],
      logFormat: "json",
      defaultBackupTTL: ttl,
    },
    snapshotsEnabled: false,
    deployNodeAgent: false,
    schedules: {
      hub: {
        schedule: plan.schedule,
        useOwnerReferencesInBackup: false,
        template: {
          ttl,
          storageLocation: location,
          includedNamespaces: [argocdNamespace, karmadaNamespace],
          includeClusterResources: true,
          snapshotVolumes: false,
        },
      },
    },
  };
}
