import * as fs from "node:fs";
import type { TokenConnection } from "../../infra/kube/connection";

/** Configuration of the process: a JSON file that the platform writes. */
export interface GitNotifierConfig {
  /** The hub's API server, and an identity that may request a refresh of Argo CD. */
  readonly api: TokenConnection;
  /** Folder of the clone that Argo CD follows. */
  readonly clone: string;
  readonly follow: Followed;
}

/** A branch, a tag or HEAD, or all tags. */
export type Followed = { readonly revision: string } | "tags";

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): GitNotifierConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as GitNotifierConfig;
}
