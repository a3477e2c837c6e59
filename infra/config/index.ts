// Imports this module only, not the whole SDK: the command line reads files through here and must start quickly.
import * as engine from "@pulumi/pulumi/runtime/config";
import { namespace } from "./file";
import { parseEnvironment } from "./parse";
import { ConfigurationError } from "./report";
import type { Environment } from "./types";

export { appFolders, appNames } from "./appNames";
export { readEnvironmentFile } from "./file";
export { environmentNames, environmentsFolder, flagFileOf, readFlagFile } from "./folder";
export {
  type ImageDigests,
  type ImagesResult,
  imagesFile,
  parseImages,
  readImages,
} from "./images";
export { parseEnvironment, type Origin } from "./parse";
export { type Release, branchOf, resolveRelease } from "./release";
export { ConfigurationError, formatDiagnostics } from "./report";
export type * from "./types";

/**
 * Reads the environment of the current stack. No other code reads Pulumi's configuration.
 *
 * Options of other namespaces (aws:, kubernetes:) belong to their providers and are ignored.
 *
 * @param stack the stack's name, from `pulumi.getStack()`.
 * @throws ConfigurationError with all diagnostics, before any resource is registered.
 */
export function readEnvironment(stack: string): Environment {
  const keys = Object.keys(engine.allConfig()).filter((key) => key.startsWith(namespace));
  const own = keys.map((key) => [key.slice(namespace.length), key] as const);
  const raw = Object.fromEntries(
    own.map(([name, key]) => [name, fromText(engine.getConfig(key) ?? "")]),
  );
  const secrets = new Set(own.filter(([, key]) => isSecret(key)).map(([name]) => name));
  const result = parseEnvironment(stack, raw, { secrets });
  if (result.ok) return result.environment;
  throw new ConfigurationError(result.diagnostics, `environments/Pulumi.${stack}.yaml`);
}

/** The engine passes maps and lists as JSON text, all other values as written. */
function fromText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text, (_key, value: unknown) => withoutGoTime(value)) as unknown;
  } catch {
    return text;
  }
}

/** The engine parses an unquoted timestamp as a time and passes it in Go's time format. */
function withoutGoTime(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \+0000 UTC$/, "$1T$2Z");
}

/** Whether an option was set with --secret. The SDK has the function but does not declare it in its types. */
function isSecret(key: string): boolean {
  return (engine as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
