import * as fs from "node:fs";
import * as os from "node:os";
import type { FlagContext, FlagSource } from "../../infra/components/rollouts/sources";
import type { TokenConnection } from "../../infra/kube/connection";

export type { FlagSource } from "../../infra/components/rollouts/sources";

/** Where the last known states survive a restart: a file, or a ConfigMap of the region where no disk does. */
export type MemoryPlace =
  | { readonly file: string }
  | { readonly configMap: { readonly namespace: string; readonly name: string } };

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
  readonly memory: MemoryPlace;
  /**
   * Host that writes, where several answer: two that have not heard the same would overwrite each other without end.
   * Absent: this one.
   */
  readonly writer?: string;
  /** The region's API server. */
  readonly api: TokenConnection;
  /** Karmada's API server, where regions tell each other their stable versions. */
  readonly federation: TokenConnection;
}

/** Whether this process writes what the gates of its region write. All answer. */
export function isWriter({ writer }: Pick<GateConfig, "writer">): boolean {
  return writer === undefined || writer === os.hostname();
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): GateConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as GateConfig;
}
