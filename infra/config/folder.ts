import * as fs from "node:fs";
import * as path from "node:path";

/** Folder of the environments' files; `MERIDIAN_ENVIRONMENTS` names another than the clone's. */
export function environmentsFolder(clone: string): string {
  return process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(clone, "environments");
}

/** The flags of an environment, beside its configuration. */
export function flagFileOf(environments: string, environment: string): string {
  return path.join(environments, `flags.${environment}.json`);
}

/** The text of an environment's flags. Without a file there are none: every new version waits. @throws when it cannot be read. */
export function readFlagFile(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : '{ "flags": {} }\n';
}
