import * as fs from "node:fs";
import type { FlagContext, FlagSource } from "../../infra/plan/rollouts/sources";
import type { DataplaneConfig } from "../dataplane/config";

export type { FlagSource } from "../../infra/plan/rollouts/sources";

/** An API server, and an identity on it. */
export type ApiConnection = DataplaneConfig["api"];

/** What the process is told when it starts; a JSON file, written by the platform. */
export interface GateConfig {
  readonly region: FlagContext;
  readonly flags: FlagSource;
  /** Where it listens. All but `/healthz`, `/readyz` and `/metrics` wants a token. */
  readonly listen: { readonly address: string; readonly port: number };
  /** PEM files of its certificate. */
  readonly tls: { readonly certFile: string; readonly keyFile: string };
  /** File with the key that tokens are made of. At least 32 bytes. */
  readonly keyFile: string;
  /** File in which the last known states survive a restart. */
  readonly memoryFile: string;
  /** The region's API server. */
  readonly api: ApiConnection;
  /** Karmada's API server, where regions tell each other their stable versions. */
  readonly federation: ApiConnection;
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): GateConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as GateConfig;
}
