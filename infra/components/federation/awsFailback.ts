import type { FailbackConfig } from "../../config/types";
import { failbackImage, platformImage } from "../../providers/aws/account/images";
import type { RegistryPlan } from "../../providers/aws/account/registry";

/** The failback service in pods. */
export interface FailbackServicePlan {
  /** Image with digest; absent: none is published yet, so the service does not run. */
  readonly image?: string;
  readonly warnings: readonly string[];
}

const unpublished =
  "environments/images.json has no digest of failback: its image is not published yet. The platform comes up, but no replicas " +
  "return to a lost region by themselves. Publish it (workflow Images, or docs/guides/aws.md), then run `up` again.";

/**
 * Plans the failback service, which runs in the hub.
 * @param hubRegion region of the hub, whose registry has the image.
 * @param digest of the image; undefined: it is not published yet.
 * @returns undefined if failback is manual.
 */
export function planFailbackService(
  { mode }: FailbackConfig,
  registry: RegistryPlan,
  hubRegion: string,
  digest: string | undefined,
): FailbackServicePlan | undefined {
  if (mode === "manual") return undefined;
  if (digest === undefined) return { warnings: [unpublished] };
  return { image: platformImage(registry, hubRegion, failbackImage, digest), warnings: [] };
}
