import * as fs from "node:fs";
import type { ApiServer } from "../../infra/kube/connection";

/** What the process is told when it starts; a JSON file, written by the platform. */
export interface DataplaneConfig {
  readonly region: string;
  /** The region's API server and an identity that may read pods, EndpointSlices and what the gateway reads. */
  readonly api: ApiServer & { readonly token: string };
  /** First two bytes of the region's loopback network, e.g. "127.20". Pods get addresses within. */
  readonly network: string;
  /** Port on which every pod answers, each at an address of its own. */
  readonly podPort: number;
  /** Port on 127.0.0.1 of `/healthz`, `/metrics` and the drills' settings. */
  readonly adminPort: number;
  /** Port on 127.0.0.1 where the gateway finds the cluster's API. */
  readonly proxyPort: number;
  /** URL that answers 200 while the gateway works. */
  readonly gatewayPing: string;
  /** JSON file of all edges, see `Edges`. Read anew whenever it matters: regions join and leave while this runs. */
  readonly edgesFile: string;
}

/** Base URLs of the regions' edges, by region. */
export type Edges = Readonly<Record<string, string>>;

/** The other regions' edges as they are now; none while the file is not there yet. */
export function readPeers({ edgesFile, region }: DataplaneConfig): Edges {
  if (!fs.existsSync(edgesFile)) return {};
  const edges = JSON.parse(fs.readFileSync(edgesFile, "utf8")) as Edges;
  return Object.fromEntries(Object.entries(edges).filter(([name]) => name !== region));
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): DataplaneConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as DataplaneConfig;
}
