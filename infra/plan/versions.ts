/** Versions that a plan decides; those of tools are in tools/toolchain/pins.ts. */

/** Kubernetes of all clusters on this machine; the toolchain has servers of this version. */
export const kubernetesVersion = "v1.34.2";

/** Image of a region's health endpoint in the cluster. */
export const edgeImage = "ghcr.io/stefanprodan/podinfo:6.9.2";
