import type { Environment, RegionConfig, RelayConfig } from "../../config/types";

/** A region's context for the flags' rules: of kind `region`, with its name as the key. */
export interface FlagContext {
  readonly name: string;
  /** Prefix of the region's name: "eu" of eu-west-1. */
  readonly location: string;
  readonly role: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function flagContextOf({ name, role, attributes }: RegionConfig): FlagContext {
  return { name, location: name.split("-")[0] ?? name, role, attributes };
}

/** Source of flags of a region's gate. */
export type FlagSource =
  /** A file in LaunchDarkly's format, reloaded after each change. */
  | { readonly kind: "file"; readonly file: string }
  /** LaunchDarkly with its streaming protocol. */
  | {
      readonly kind: "launchdarkly";
      /** File with the SDK key, which is in no configuration, log or manifest. */
      readonly sdkKeyFile: string;
      /** Base URLs of a relay proxy. Default: LaunchDarkly. */
      readonly baseUrls?: RelayConfig;
    };

export type FlagSourceKind = FlagSource["kind"];

/** Kind of flag source of an environment's gates, on this machine and on AWS. */
export function flagsComeFrom({ flags }: Environment): FlagSourceKind {
  return flags === undefined ? "file" : "launchdarkly";
}

/**
 * Flag source of an environment on this machine: on AWS the key is in no file.
 *
 * @param file The environment's flag file.
 * @param home Folder that replaces `~`.
 */
export function flagSourceOf(environment: Environment, file: string, home: string): FlagSource {
  const flags = environment.provider === "local" ? environment.flags : undefined;
  if (flags === undefined) return { kind: "file", file };
  const { sdkKeyFile, relay } = flags;
  return {
    kind: "launchdarkly",
    sdkKeyFile: sdkKeyFile.replace(/^~(?=\/)/, home),
    ...(relay !== undefined && { baseUrls: relay }),
  };
}
