import * as aws from "@pulumi/aws";
import type { AwsEnvironment } from "../../../../config/types";
import { tagsOf } from "../names";
import type { RegionProviders } from "../../resources/types";

/**
 * The engine's providers, one for each region and named after it. Every resource in a region inherits its provider from its parent.
 * There is no default provider, so no resource can be created in another region.
 */
export function regionProviders({ name, aws: config, regions }: AwsEnvironment): RegionProviders {
  return Object.fromEntries(
    regions.map(({ name: region }) => [
      region,
      new aws.Provider(region, {
        region: region as aws.Region,
        // Credentials of another account are rejected before any other request.
        allowedAccountIds: [config.accountId],
        defaultTags: { tags: tagsOf(name) },
        // STS is called in one region only: otherwise a region that does not respond would stop every run at its start.
        stsRegion: config.home,
      }),
    ]),
  );
}
