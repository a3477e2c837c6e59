/** Clusters of Meridian's own, the hub's and the federation's: no region can have one of these names. */
export const reservedRegionNames = ["hub", "federation"] as const;

/**
 * Images of services that the program runs itself, by their folders in `services/`. No overlay names them: their digests are
 * pinned in `environments/images.json`. No app can have one of these names, as it would push its images there.
 */
export const platformImages: readonly string[] = ["rollout-gate"];
