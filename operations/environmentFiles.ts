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

/** Where an environment's configuration is written by hand; `MERIDIAN_ENVIRONMENTS` names another folder. */
export function configFile(environment: string): string {
  return path.join(environmentsFolder(repositoryRoot), `Pulumi.${environment}.yaml`);
}

/**
 * An environment as a run will find it. The release that the run approves is looked up here, too, so that a mistake
 * in it is told before anything is touched.
 * @throws ConfigurationError with every mistake.
 */
export function environmentFor(name: string, run: RunOptions): Environment {
  const environment = readEnvironmentFile(configFile(name), name, run);
  resolveRelease(environment, repositoryRoot, environmentsFolder(repositoryRoot));
  return environment;
}

/**
 * Whether an environment is on AWS. Asked before anything is checked, so that whatever is wrong in the
 * file is the command's own to report.
 */
export function isOnAws(environment: string): boolean {
  try {
    const file = parse(fs.readFileSync(configFile(environment), "utf8")) as { config?: object };
    return (file.config as Record<string, unknown> | undefined)?.["meridian:provider"] === "aws";
  } catch {
    return false;
  }
}
