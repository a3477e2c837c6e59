import * as fs from "node:fs";
import type { DataplaneConfig } from "../dataplane/config";

/** An API server, and an identity on it. */
export type ApiConnection = DataplaneConfig["api"];

/** What the process is told when it starts; a JSON file, written by the platform. */
export interface GateConfig {
  /** The region as flags see it: a context of kind `region`, whose key is `name`. */
  readonly region: {
    readonly name: string;
    readonly location: string;
    readonly role: string;
    /** Further attributes, `tier` for example. */
    readonly attributes: Readonly<Record<string, string>>;
  };
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

/** Where flags come from. */
export type FlagSource =
  /** A file in LaunchDarkly's format, read again whenever it changes. */
  | { readonly kind: "file"; readonly file: string }
  /** LaunchDarkly, by its streaming protocol. */
  | {
      readonly kind: "launchdarkly";
      /** File with the SDK key: it is in no configuration, no log and no manifest. */
      readonly sdkKeyFile: string;
      /** Base URLs other than LaunchDarkly's own, for a relay proxy. Default: LaunchDarkly. */
      readonly baseUrls?: {
        readonly stream: string;
        readonly polling: string;
        readonly events: string;
      };
    };

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): GateConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as GateConfig;
}
