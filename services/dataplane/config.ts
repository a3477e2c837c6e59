import * as fs from "node:fs";
import type { ApiServer } from "../../infra/kube/connection";

/** Configuration of the process: a JSON file that the platform writes. */
export interface DataplaneConfig {
  readonly region: string;
  /** The region's API server, and an identity that may read pods, EndpointSlices and the gateway's objects. */
  readonly api: ApiServer & { readonly token: string };
  /** Token of an identity there that may impersonate the region's nodes. */
  readonly kubeletToken: string;
  /** First two bytes of the region's loopback network, e.g. "127.20". The pods' addresses are in it. */
  readonly network: string;
  /** Port of every pod, each at its own address. */
  readonly podPort: number;
  /** Port on 127.0.0.1 of `/healthz`, `/metrics` and the settings of drills. */
  readonly adminPort: number;
  /** Port on 127.0.0.1 of the gateway's proxy to the cluster's API. */
  readonly proxyPort: number;
  /** URL that responds with 200 while the gateway works. */
  readonly gatewayPing: string;
  /** JSON file of all edges, see `Edges`. It is read for each use, because regions join and leave while this runs. */
  readonly edgesFile: string;
}

/** Base URLs of the regions' edges, by region. */
export type Edges = Readonly<Record<string, string>>;

/** The current edges of the other regions; empty if the file does not exist yet. */
export function readPeers({ edgesFile, region }: DataplaneConfig): Edges {
  if (!fs.existsSync(edgesFile)) return {};
  const edges = JSON.parse(fs.readFileSync(edgesFile, "utf8")) as Edges;
  return Object.fromEntries(Object.entries(edges).filter(([name]) => name !== region));
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): DataplaneConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as DataplaneConfig;
}
