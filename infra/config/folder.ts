import * as fs from "node:fs";
import * as path from "node:path";

/** Folder of the environments' files; `MERIDIAN_ENVIRONMENTS` overrides the clone's folder. */
export function environmentsFolder(clone: string): string {
  return process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(clone, "environments");
}

/** Names of the environments in a folder, sorted. */
export function environmentNames(environments: string): string[] {
  return fs
    .readdirSync(environments)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Path of an environment's flag file, next to its configuration. */
export function flagFileOf(environments: string, environment: string): string {
  return path.join(environments, `flags.${environment}.json`);
}

/**
 * The content of an environment's flag file. A missing file means no flags: every new version waits. @throws when it is unreadable.
 */
export function readFlagFile(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : '{ "flags": {} }\n';
}
