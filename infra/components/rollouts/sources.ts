import type { Environment, RegionConfig, RelayConfig } from "../../config/types";

/** A region as flags' rules see it: a context of kind `region`, whose key is its name. */
export interface FlagContext {
  readonly name: string;
  /** The part of the world, as regions' names begin: "eu" of eu-west-1. */
  readonly location: string;
  readonly role: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function flagContextOf({ name, role, attributes }: RegionConfig): FlagContext {
  return { name, location: name.split("-")[0] ?? name, role, attributes };
}

/** Where a region's gate hears of flags. */
export type FlagSource =
  /** A file in LaunchDarkly's format, read again whenever it changes. */
  | { readonly kind: "file"; readonly file: string }
  /** LaunchDarkly, by its streaming protocol. */
  | {
      readonly kind: "launchdarkly";
      /** File with the SDK key: it is in no configuration, no log and no manifest. */
      readonly sdkKeyFile: string;
      /** Base URLs other than LaunchDarkly's own, for a relay proxy. Default: LaunchDarkly. */
      readonly baseUrls?: RelayConfig;
    };

export type FlagSourceKind = FlagSource["kind"];

/** Which of the two an environment's gates go by, on this machine and on AWS. */
export function flagsComeFrom({ flags }: Environment): FlagSourceKind {
  return flags === undefined ? "file" : "launchdarkly";
}

/**
 * For environments on this machine: on AWS the key is in no file.
 *
 * @param file The environment's flag file.
 * @param home Folder that `~` stands for.
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
