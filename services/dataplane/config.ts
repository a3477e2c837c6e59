import * as fs from "node:fs";

/** What the process is told when it starts; a JSON file, written by the platform. */
export interface DataplaneConfig {
  readonly region: string;
  /** The region's API server and an identity that may read pods, EndpointSlices and what the gateway reads. */
  readonly api: { readonly server: string; readonly ca: string; readonly token: string };
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
  /** Base URLs of the other regions' edges, by region. */
  readonly peers: Readonly<Record<string, string>>;
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): DataplaneConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as DataplaneConfig;
}
