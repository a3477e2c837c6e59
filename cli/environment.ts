import { readEnvironmentFile } from "../infra/config";
import type { Environment } from "../infra/config/types";
import { type Instance, instanceExists, instanceOf } from "../infra/providers/local/instance";
import { CommandError } from "../operations/errors";

/** The instance of an environment, in `MERIDIAN_HOME` or in the clone. */
export function openInstance(environment: string): Instance {
  return instanceOf(environment, process.env["MERIDIAN_HOME"]);
}

/**
 * The instance of an environment that is up, with the configuration of its last `up`.
 * @throws CommandError if it has never been brought up here.
 */
export function runningInstance(environment: string): {
  instance: Instance;
  configuration: Environment;
} {
  const instance = openInstance(environment);
  if (!instanceExists(instance)) {
    throw new CommandError(
      `The environment ${environment} is not up here. \`npx meridian up ${environment}\` brings it up.`,
    );
  }
  return {
    instance,
    configuration: readEnvironmentFile(instance.stackConfigFile, environment),
  };
}
