import * as fs from "node:fs";
import type { TokenConnection } from "../../infra/kube/connection";

/** Configuration of the process: a JSON file that the platform writes. */
export interface FailbackServiceConfig {
  /** Karmada's API server, and an identity that may read placements and request rebalances. */
  readonly api: TokenConnection;
  /** See `AutomaticFailback`. */
  readonly steadySeconds: number;
  readonly maxConcurrent: number;
  /** File with the share of its traffic that each region serves, in percent, as JSON. Default: each serves 100 %. */
  readonly trafficFile?: string;
  /** Where it answers a kubelet's probes, over HTTP. Default: nowhere. */
  readonly probes?: { readonly address: string; readonly port: number };
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): FailbackServiceConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as FailbackServiceConfig;
}
