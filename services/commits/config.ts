import * as fs from "node:fs";
import type { TokenConnection } from "../../infra/kube/connection";

/** What the process is told when it starts; a JSON file, written by the platform. */
export interface CommitsConfig {
  /** The hub's API server and an identity that may ask Argo CD to refresh. */
  readonly api: TokenConnection;
  /** Folder of the clone that Argo CD follows. */
  readonly clone: string;
  readonly follow: Followed;
}

/** A branch, a tag or HEAD, or all tags. */
export type Followed = { readonly revision: string } | "tags";

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): CommitsConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as CommitsConfig;
}
