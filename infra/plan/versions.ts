import { tagOf } from "../catalog/versions";

/** Kubernetes of all clusters on this machine; the toolchain has servers of this version. */
export const kubernetesVersion = tagOf("kubernetes");
