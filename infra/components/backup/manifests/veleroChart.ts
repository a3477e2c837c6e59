import type { BackupPlan } from "../plan";
import { chartImages } from "../../../plan/charts";
import { argocdNamespace } from "../../delivery/component";
import { type Resources, resources } from "../../../manifests/charts";
import { karmadaNamespace } from "../../federation/component";
import { veleroName } from "../component";

/** The values of the chart `velero` that Meridian sets. */
export interface VeleroValues {
  readonly initContainers: readonly {
    readonly name: string;
    readonly image: string;
    readonly imagePullPolicy: "IfNotPresent";
    readonly volumeMounts: readonly { readonly mountPath: string; readonly name: string }[];
    readonly resources: Resources;
    readonly securityContext: ContainerSecurity;
  }[];
  readonly resources: Resources;
  readonly podSecurityContext: {
    readonly runAsNonRoot: true;
    readonly runAsUser: number;
    readonly fsGroup: number;
    readonly seccompProfile: { readonly type: "RuntimeDefault" };
  };
  readonly containerSecurityContext: ContainerSecurity;
  readonly serviceAccount: { readonly server: { readonly create: true; readonly name: string } };
  /** Pod Identity grants the permissions: no key is stored. */
  readonly credentials: { readonly useSecret: false };
  readonly configuration: {
    readonly backupStorageLocation: readonly StorageLocation[];
    readonly logFormat: "json";
    /** Retention of a manual backup, as a Go duration. */
    readonly defaultBackupTTL: string;
  };
  /** Volumes are not snapshotted: EBS snapshots stay in their region. */
  readonly snapshotsEnabled: false;
  readonly deployNodeAgent: false;
  readonly schedules: Readonly<Record<string, Schedule>>;
}

interface ContainerSecurity {
  readonly allowPrivilegeEscalation: false;
  readonly readOnlyRootFilesystem: true;
  readonly capabilities: { readonly drop: readonly ["ALL"] };
}

interface StorageLocation {
  readonly name: string;
  readonly provider: "aws";
  readonly bucket: string;
  readonly prefix: string;
  readonly default: true;
  readonly config: { readonly region: string };
}

interface Schedule {
  readonly schedule: string;
  readonly useOwnerReferencesInBackup: false;
  readonly template: {
    readonly ttl: string;
    readonly storageLocation: string;
    readonly includedNamespaces: readonly string[];
    /** Cluster-wide objects that the namespaces' objects need. */
    readonly includeClusterResources: boolean;
    readonly snapshotVolumes: false;
  };
}

const location = "default";

/** Velero on the hub. It backs up the objects of Argo CD and Karmada, including certificates, to another region's bucket. */
export function veleroValues(plan: BackupPlan, bucket: string): VeleroValues {
  const ttl = `${plan.retentionDays * 24}h0m0s`;
  const security: ContainerSecurity = {
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
