import { Provider, type ProviderArgs } from "@pulumi/aws/provider";
import type { RegionProviders } from "../../../infra/providers/aws/resources/types";
import { testAccount } from "./table";

/** Connections as the foundation makes them: named after their region. Only within `register`. */
export function regionProviders(regions: readonly string[]): RegionProviders {
  return Object.fromEntries(
    regions.map((region) => {
      const args = { region, allowedAccountIds: [testAccount] } as ProviderArgs;
      return [region, new Provider(region, args)];
    }),
  );
}
