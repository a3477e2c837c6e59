import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ConfigurationError } from "../../infra/config";
import type { FlagSourceKind } from "../../infra/components/rollouts/sources";

/**
 * Whether an environment's file names LaunchDarkly as the source of its flags, even if the file has mistakes.
 *
 * @param file the configuration's file; a missing file or invalid YAML counts as no.
 */
export function namesLaunchDarkly(file: string): boolean {
  try {
    const { config } = parse(readFileSync(file, "utf8"), { logLevel: "error" }) as {
      config?: object;
    };
    return config !== undefined && Object.hasOwn(config, "meridian:flags");
  } catch {
    return false;
  }
}

/**
 * The flag source of a configuration with mistakes. Such a configuration cannot prove that the flag file applies: the option
 * may be misspelt.
 *
 * @returns undefined if the mistakes leave it open.
 */
export function sourceDespite(
  diagnostics: ConfigurationError,
  file: string,
): FlagSourceKind | undefined {
  const wrong = diagnostics.diagnostics.some(({ path }) => path.startsWith("meridian:flags"));
  return !wrong && namesLaunchDarkly(file) ? "launchdarkly" : undefined;
}
