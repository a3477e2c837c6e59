import { imageOf, tagOf } from "../catalog/versions";

/** Kubernetes of all clusters on this machine; the toolchain has servers of this version. */
export const kubernetesVersion = tagOf("kubernetes");

/** Image of a region's health endpoint in the cluster. */
export const edgeImage = imageOf("edge");
