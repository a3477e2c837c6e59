import * as fs from "node:fs";
import * as os from "node:os";
import type { FlagContext, FlagSource } from "../../infra/components/rollouts/sources";
import type { TokenConnection } from "../../infra/kube/connection";

export type { FlagSource } from "../../infra/components/rollouts/sources";

/** Storage of the last known states across a restart: a file, or a ConfigMap of the region if there is no persistent disk. */
export type MemoryPlace =
  | { readonly file: string }
  | { readonly configMap: { readonly namespace: string; readonly name: string } };

/** Configuration of the process: a JSON file that the platform writes. */
export interface GateConfig {
  readonly region: FlagContext;
  readonly flags: FlagSource;
  /** Address on which it listens. All paths except `/healthz`, `/readyz` and `/metrics` require a token. */
  readonly listen: { readonly address: string; readonly port: number };
  /** PEM files of its certificate. */
  readonly tls: { readonly certFile: string; readonly keyFile: string };
  /** File with the key from which tokens are derived. At least 32 bytes. */
  readonly keyFile: string;
  readonly memory: MemoryPlace;
  /**
   * Host of the writer, if the region has several gates: two gates with different information would overwrite each other
   * endlessly. Default: this process.
   */
  readonly writer?: string;
  /** The region's API server. */
  readonly api: TokenConnection;
  /** Karmada's API server, through which regions share their stable versions. */
  readonly federation: TokenConnection;
}

/** Whether this process is the writer among the gates of its region. All of them respond to requests. */
export function isWriter({ writer }: Pick<GateConfig, "writer">): boolean {
  return writer === undefined || writer === os.hostname();
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): GateConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as GateConfig;
}
