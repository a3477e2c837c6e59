import type * as aws from "@pulumi/aws";
import type { RegionProviders } from "./types";

/** The connection to a region. @throws RangeError for a region without one: what is asked for would land elsewhere. */
export function providerOf(providers: RegionProviders, region: string): aws.Provider {
  const provider = providers[region];
  if (provider === undefined) throw new RangeError(`there is no provider of ${region}`);
  return provider;
}
