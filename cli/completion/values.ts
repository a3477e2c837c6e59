import * as fs from "node:fs";
import * as path from "node:path";
import { appFolders } from "../../infra/config/appNames";
import { environmentNames, environmentsFolder, flagFileOf } from "../../infra/config/folder";
import { instanceOf, repositoryRoot } from "../../infra/providers/local/instance";
import { logFiles } from "../logFiles";
import type { Placeholder } from "./candidates";

/** Where the values of placeholders come from, by name, or by command and name. Files only: no platform is asked. */
const sources: Readonly<Record<string, (environment: string) => readonly string[]>> = {
  environment: () => environmentNames(environments()),
  region: regions,
  // It takes a region that has left the configuration.
  "forget region": () => [],
  app: apps,
  // What `dig` and `curl` take: an app, among others.
  name: apps,
  target: apps,
  component: (environment) => [
    ...logFiles(instanceOf(environment, process.env["MERIDIAN_HOME"])).keys(),
  ],
  flag: flags,
  "flag create flag": (environment) => {
    const there = new Set(flags(environment));
    return apps().filter((app) => !there.has(app));
  },
  "flag set to": () => ["on", "off", "default"],
};

/** Characters that no shell treats specially. */
const plain = /^[\w./-]+$/;

/**
 * The values of a placeholder; none if they are unknown or cannot be read. A value that a shell would have to quote is left out.
 */
export function knownValues({ name, command, environment }: Placeholder): readonly string[] {
  const source = sources[`${command} ${name}`] ?? sources[name];
  try {
    const values: readonly unknown[] = source?.(environment) ?? [];
    return values.filter(
      (value): value is string => typeof value === "string" && plain.test(value),
    );
  } catch {
    return [];
  }
}

function environments(): string {
  return environmentsFolder(repositoryRoot);
}

function apps(): readonly string[] {
  return appFolders(path.join(repositoryRoot, "apps"));
}

/** Names of the regions in an environment's file, also if the file has mistakes. */
function regions(environment: string): readonly string[] {
  // Loaded here: most completions need no YAML.
  const { parse } = require("yaml") as typeof import("yaml");
  const text = fs.readFileSync(path.join(environments(), `Pulumi.${environment}.yaml`), "utf8");
  const file = parse(text, { logLevel: "error" }) as {
    config: Record<string, readonly { readonly name: string }[]>;
  };
  return (file.config["meridian:regions"] ?? []).map(({ name }) => name);
}

/** Keys in an environment's flag file. Without a file the flags are in LaunchDarkly, by default named like the apps. */
function flags(environment: string): readonly string[] {
  const file = flagFileOf(environments(), environment);
  if (!fs.existsSync(file)) return apps();
  const { flags } = JSON.parse(fs.readFileSync(file, "utf8")) as { flags: object };
  return Object.keys(flags);
}
