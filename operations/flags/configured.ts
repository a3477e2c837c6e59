import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ConfigurationError } from "../../infra/config";
import type { FlagSourceKind } from "../../infra/components/rollouts/sources";

/**
 * Whether an environment's file names LaunchDarkly as the source of its flags, rightly or not: a file with mistakes says
 * that, too.
 *
 * @param file the configuration's file; one that is missing or no YAML names nothing.
 */
export function namesLaunchDarkly(file: string): boolean {
  try {
    const { config } = parse(readFileSync(file, "utf8")) as { config?: object };
    return config !== undefined && Object.hasOwn(config, "meridian:flags");
  } catch {
    return false;
  }
}

/**
 * Where gates hear of flags, by a configuration with mistakes. That the file counts cannot be told from one: the option
 * may be misspelt.
 *
 * @returns undefined where the mistakes leave it open.
 */
export function sourceDespite(
  diagnostics: ConfigurationError,
  file: string,
): FlagSourceKind | undefined {
  const wrong = diagnostics.diagnostics.some(({ path }) => path.startsWith("meridian:flags"));
  return !wrong && namesLaunchDarkly(file) ? "launchdarkly" : undefined;
}
