import type { Metadata } from "../../../../manifests/types";
import { ownedTags } from "./nodeClass";

/**
 * Kubernetes' StorageClass, whose fields are at the top level.
 * @typeParam Text type of values that only AWS knows: a string, or a string that is not resolved yet.
 */
export interface StorageClass<Text = string> {
  readonly apiVersion: "storage.k8s.io/v1";
  readonly kind: "StorageClass";
  readonly metadata: Metadata;
  readonly provisioner: string;
  readonly parameters: Readonly<Record<string, string | Text>>;
  readonly reclaimPolicy: "Delete" | "Retain";
  readonly volumeBindingMode: "WaitForFirstConsumer";
  readonly allowVolumeExpansion: boolean;
}

/** Class of claims that name no class. */
export const defaultStorageClass = "auto-ebs";

/** For data that must outlive its claim and its cluster: the volume is retained until a person deletes it. */
export const retainStorageClass = "auto-ebs-retain";

export interface StorageSettings<Text = string> {
  readonly environment: string;
  /** The cluster's name in EKS. */
  readonly eksName: string;
  readonly keyArn: Text;
}

/**
 * The volume classes, encrypted with the region's key. A volume is created in its pod's zone, because it cannot leave its zone. It
 * is tagged: EKS deletes a cluster's load balancers with the cluster, but not its volumes.
 * Sources: Amazon EKS User Guide, "Create a Storage Class"; AWS EBS CSI driver, "Volume Tagging".
 */
export function storageClasses<Text>(settings: StorageSettings<Text>): StorageClass<Text>[] {
  return [
    storageClass(settings, defaultStorageClass, "Delete"),
    storageClass(settings, retainStorageClass, "Retain"),
  ];
}

function storageClass<Text>(
  { environment, eksName, keyArn }: StorageSettings<Text>,
  name: string,
  reclaimPolicy: StorageClass["reclaimPolicy"],
): StorageClass<Text> {
  const tags = Object.entries(ownedTags(environment, eksName)).map(
    ([key, value], index) => [`tagSpecification_${index + 1}`, `${key}=${value}`] as const,
  );
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      annotations: {
        "storageclass.kubernetes.io/is-default-class": String(name === defaultStorageClass),
      },
    },
    provisioner: "ebs.csi.eks.amazonaws.com",
    parameters: {
      type: "gp3",
      encrypted: "true",
      kmsKeyId: keyArn,
      ...Object.fromEntries(tags),
    },
    reclaimPolicy,
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}
