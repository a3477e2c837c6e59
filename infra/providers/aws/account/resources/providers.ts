import * as aws from "@pulumi/aws";
import type { AwsEnvironment } from "../../../../config/types";
import { tagsOf } from "../names";
import type { RegionProviders } from "../../resources/types";

/**
 * The engine's connections, one for each region and named after it. Everything in a region inherits its own from its
 * parent, and there is no default one to fall back to: nothing can land in another region.
 */
export function regionProviders({ name, aws: config, regions }: AwsEnvironment): RegionProviders {
  return Object.fromEntries(
    regions.map(({ name: region }) => [
      region,
      new aws.Provider(region, {
        region: region as aws.Region,
        // Credentials of another account are refused before anything is asked for.
        allowedAccountIds: [config.accountId],
        defaultTags: { tags: tagsOf(name) },
        // Asked in one place: a region that is silent would otherwise stop every run before it begins.
        stsRegion: config.home,
      }),
    ]),
  );
}
