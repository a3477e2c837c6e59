import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { repositoryRoot, writePrivate } from "../../../infra/providers/local/instance";

/** The part of an environment's file below `config:`. */
export type Configuration = Record<string, unknown>;

const projectName = "meridian";

/** A project of its own: the stand-in in place of the real provider, and the configuration. */
export function writeProject(dir: string, environment: string, config: Configuration): string {
  const providers = [
    { name: "aws", path: path.join(__dirname, "provider") },
    { name: "meridian", path: path.join(repositoryRoot, "infra/provider") },
  ];
  writePrivate(
    path.join(dir, "Pulumi.yaml"),
    stringify({ name: projectName, runtime: "nodejs", plugins: { providers } }),
  );
  const file = path.join(dir, `Pulumi.${environment}.yaml`);
  writePrivate(file, stringify({ config, ...saltOf(file) }));
  return dir;
}

/** Written by the engine the first time; secrets in the state need it ever after. */
function saltOf(file: string): { encryptionsalt?: unknown } {
  if (!fs.existsSync(file)) return {};
  const { encryptionsalt } = parse(fs.readFileSync(file, "utf8")) as { encryptionsalt?: unknown };
  return encryptionsalt === undefined ? {} : { encryptionsalt };
}
