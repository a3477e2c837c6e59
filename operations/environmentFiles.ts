import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import {
  type Environment,
  environmentsFolder,
  readEnvironmentFile,
  resolveRelease,
} from "../infra/config";
import type { RunOptions } from "../infra/config/types";
import { repositoryRoot } from "../infra/providers/local/instance";

/** The hand-written configuration file of an environment; `MERIDIAN_ENVIRONMENTS` sets another folder. */
export function configFile(environment: string): string {
  return path.join(environmentsFolder(repositoryRoot), `Pulumi.${environment}.yaml`);
}

/**
 * The environment for a run. It also resolves the release that the run approves, so that a mistake in it is reported before
 * anything changes.
 * @throws ConfigurationError with every mistake.
 */
export function environmentFor(name: string, run: RunOptions): Environment {
  const environment = readEnvironmentFile(configFile(name), name, run);
  resolveRelease(environment, repositoryRoot, environmentsFolder(repositoryRoot));
  return environment;
}

/** Whether an environment is on AWS. Read before any validation, so that the command itself reports mistakes in the file. */
export function isOnAws(environment: string): boolean {
  try {
    const file = parse(fs.readFileSync(configFile(environment), "utf8"), { logLevel: "error" }) as {
      config?: object;
    };
    return (file.config as Record<string, unknown> | undefined)?.["meridian:provider"] === "aws";
  } catch {
    return false;
  }
}
