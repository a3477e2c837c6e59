import * as path from "node:path";

/** Folder of the environments' files; `MERIDIAN_ENVIRONMENTS` names another than the clone's. */
export function environmentsFolder(clone: string): string {
  return process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(clone, "environments");
}

/** The flags of an environment, beside its configuration. */
export function flagFileOf(environments: string, environment: string): string {
  return path.join(environments, `flags.${environment}.json`);
}
