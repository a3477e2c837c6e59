import * as pulumi from "@pulumi/pulumi";
import type { AwsPlan } from "../../plan";
import { cacheConnection } from "../../../../components/cache/plan";
import { databaseConnection } from "../../../../components/database/plan";
import { Cache } from "../../../../components/cache/resources/cache";
import { Database } from "../../../../components/database/resources/database";
import { ofRegion } from "../../resources/ofRegion";
import { PlatformSecret } from "../../../../components/secrets/resources/secrets";
import type { GlobalOutputs, RegionNetworkOutputs, RegionProviders } from "../../resources/types";

export interface DataArgs {
  readonly plan: Pick<AwsPlan, "database" | "cache" | "secrets">;
  /** By region. */
  readonly networks: Readonly<Record<string, RegionNetworkOutputs>>;
  readonly shared: GlobalOutputs["regions"];
  readonly providers: RegionProviders;
}

/** Hosts and ports of the data services for apps of one region: the data of a ConfigMap. */
export type DataEndpoints = pulumi.Output<Readonly<Record<string, string>>>;

/** The platform's data services, and each region's endpoints of them. */
export class DataServices extends pulumi.ComponentResource {
  private readonly database: Database | undefined;
  private readonly caches: ReadonlyMap<string, Cache>;

  constructor(
    name: string,
    private readonly args: DataArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:DataServices", name, {}, opts);
    this.database = this.createDatabase();
    this.caches = this.createCaches();
    this.registerOutputs({});
  }

  /** The endpoints for a region; empty if the environment has no data services. */
  connectionsOf(region: string): DataEndpoints {
    const { plan } = this.args;
    const reader = this.database?.readerEndpoints[region];
    const cache = this.caches.get(region);
    const parts = [
      plan.database === undefined || this.database === undefined || reader === undefined
        ? {}
        : pulumi
            .all([plan.database, { writer: this.database.writerEndpoint, reader }])
            .apply(([database, hosts]) => databaseConnection(database, hosts)),
      plan.cache === undefined || cache === undefined
        ? {}
        : pulumi
            .all([plan.cache, { writer: cache.writerEndpoint, reader: cache.readerEndpoint }])
            .apply(([{ port }, hosts]) => cacheConnection({ port }, hosts)),
    ];
    return pulumi.all(parts).apply(together);
  }

  private createDatabase(): Database | undefined {
    const { plan, networks, shared, providers } = this.args;
    const { database, secrets } = plan;
    if (database === undefined || secrets.database === undefined) return undefined;
    const { password } = new PlatformSecret(
      "database",
      { plan: secrets.database, shared },
      { parent: this, providers: [ofRegion(providers, secrets.database.region)] },
    );
    const args = { plan: database, networks, shared, providers, password };
    return new Database("database", args, { parent: this });
  }

  private createCaches(): ReadonlyMap<string, Cache> {
    const { plan, networks, shared, providers } = this.args;
    const caches = (plan.cache?.regions ?? []).flatMap((region) => {
      const secret = plan.secrets.caches[region.region];
      const network = networks[region.region];
      const keys = shared[region.region];
      if (plan.cache === undefined || !secret || !network || !keys) return [];
      const name = `${region.region}-cache`;
      const opts = { parent: this, providers: [ofRegion(providers, region.region)] };
      const { password } = new PlatformSecret(name, { plan: secret, shared }, opts);
      const args = { cache: plan.cache, plan: region, network, shared: keys, password };
      return [[region.region, new Cache(name, args, opts)] as const];
    });
    return new Map(caches);
  }
}

function together(parts: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.assign({}, ...parts) as Record<string, string>;
}
