import type { AwsEnvironment, RelayConfig } from "../../config/types";
import { platformImage, rolloutGateImage } from "../../providers/aws/account/images";
import type { RegistryPlan } from "../../providers/aws/account/registry";
import type { SecretsPlan } from "../secrets/plan";

/** Images of the regions' rollout gates and their source of flags. */
export interface GatesPlan {
  /** Image with digest, by region. Empty: none is published yet, so no gate runs and the creation of Rollouts is pending. */
  readonly images: Readonly<Record<string, string>>;
  readonly flags: GateFlags;
  readonly warnings: readonly string[];
}

/** Source of flags of gates in pods. */
export type GateFlags =
  /** The environment's file, with its content at the time of `up`. */
  | { readonly kind: "file" }
  | {
      readonly kind: "launchdarkly";
      /** Full name of the SDK key's secret in Secrets Manager. */
      readonly secret: string;
      /** URLs of a relay proxy; absent: LaunchDarkly itself. */
      readonly baseUrls?: RelayConfig;
    };

const unpublished =
  "environments/images.json has no digest of rollout-gate: its image is not published yet. The platform comes up, but " +
  "apps wait: no rollout begins without a gate. Publish it (workflow Images, or docs/guides/aws.md), then run `up` again.";

/**
 * Plans the gates: each region pulls the same image from its own registry and has its own copy of LaunchDarkly's key.
 * @param digest of the gate's image; undefined: it is not published yet.
 */
export function planGates(
  { flags }: Pick<AwsEnvironment, "flags">,
  registry: RegistryPlan,
  { launchDarkly }: Pick<SecretsPlan, "launchDarkly">,
  digest: string | undefined,
): GatesPlan {
  const imageIn = (region: string, of: string) =>
    [region, platformImage(registry, region, rolloutGateImage, of)] as const;
  return {
    images: Object.fromEntries(
      digest === undefined ? [] : registry.regions.map((region) => imageIn(region, digest)),
    ),
    flags:
      launchDarkly === undefined
        ? { kind: "file" }
        : {
            kind: "launchdarkly",
            secret: launchDarkly.name,
            ...(flags?.relay && { baseUrls: flags.relay }),
          },
    warnings: digest === undefined ? [unpublished] : [],
  };
}
