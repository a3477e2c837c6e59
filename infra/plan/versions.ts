import { tagOf } from "../catalog/versions";

/** Kubernetes version of all local clusters; the toolchain has server binaries of this version. */
export const kubernetesVersion = tagOf("kubernetes");
