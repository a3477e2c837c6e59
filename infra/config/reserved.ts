/** Meridian's own clusters, the hub and the federation: a region cannot have one of these names. */
export const reservedRegionNames = ["hub", "federation"] as const;

/**
 * Images of services that the program itself runs, by their folders in `services/`. No overlay references them: their digests are
 * pinned in `environments/images.json`. An app cannot have one of these names, because it would push its images there.
 */
export const platformImages: readonly string[] = ["failback", "rollout-gate"];

/** Namespaces of Kubernetes, and those that Karmada may create: no app can have one of these names. */
export const reservedNamespaces = /^(default|kube-.*|karmada-.*)$/;
