import * as path from "node:path";

/** Folder of the environments' files; `MERIDIAN_ENVIRONMENTS` names another than the clone's. */
export function environmentsFolder(clone: string): string {
  return process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(clone, "environments");
}
