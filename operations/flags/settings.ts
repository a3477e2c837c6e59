import { flagFileOf } from "../../infra/config";
import type { FlagSourceKind } from "../../infra/components/rollouts/sources";
import { CommandError } from "../errors";
import { shownPath } from "../../infra/config/shownPath";
import { fileSource } from "./fileSource";
import { launchDarklySource } from "./launchDarkly/source";
import { type FlagSource } from "./source";

/** Environment variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that LaunchDarkly's API requires. */
const needed = ["LAUNCHDARKLY_ACCESS_TOKEN", "LAUNCHDARKLY_PROJECT"] as const;

/**
 * The flag source that the environment's gates read, and no other: an edit elsewhere would have no effect.
 *
 * @param environments folder of the environments' files.
 * @param from the source in the environment's configuration. undefined: mistakes leave it open, and it is LaunchDarkly if one
 * of the required variables is set, else the file.
 * @throws CommandError if a variable that LaunchDarkly requires is missing, or is set while the gates read the file.
 */
export function flagSource(
  environments: string,
  environment: string,
  variables: Variables,
  from: FlagSourceKind | undefined,
): FlagSource {
  const said = (name: string) => (variables[name] === "" ? undefined : variables[name]);
  const names = { environment, file: flagFileOf(environments, environment) };
  const set = needed.filter((name) => said(name) !== undefined);
  if ((from ?? (set.length === 0 ? "file" : "launchdarkly")) === "file") {
    if (set.length > 0) throw fileCounts(names, set);
    return fileSource(names.file);
  }
  const apiUrl = checkedUrl(said("LAUNCHDARKLY_API_URL") ?? "https://app.launchdarkly.com");
  const [token, project] = needed.map(said);
  if (token === undefined || project === undefined)
    throw from === undefined ? halfSaid(set) : launchDarklyCounts(names, set, apiUrl);
  // Invalid header characters would cause an error that quotes the token.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandError(
      "LAUNCHDARKLY_ACCESS_TOKEN has spaces, line breaks or other letters in it.",
    );
  const there = said("LAUNCHDARKLY_ENVIRONMENT") ?? environment;
  return launchDarklySource({ apiUrl, project, environment: there, token });
}

/** Names for error messages. */
interface Names {
  readonly environment: string;
  /** The environment's flag file, which may be missing. */
  readonly file: string;
}

function launchDarklyCounts(
  { environment, file }: Names,
  set: readonly string[],
  apiUrl: string,
): CommandError {
  const missing = needed.filter((name) => !set.includes(name));
  return new CommandError(
    `The gates of ${environment} read flags from LaunchDarkly (meridian:flags in its configuration), and ${are(missing, "not set")}. ` +
      `No gate reads ${shownPath(file)}. Nothing was changed.\n` +
      `Set ${missing.length > 1 ? "them" : "it"} (docs/guides/flags.md, Where flags are), or go to LaunchDarkly's own page, ${new URL(apiUrl).origin}.`,
  );
}

function fileCounts({ environment, file }: Names, set: readonly string[]): CommandError {
  const without = set.map((name) => `-u ${name}`).join(" ");
  return new CommandError(
    `The gates of ${environment} read ${shownPath(file)}: its configuration has no meridian:flags. But ${are(set, "set")}, and ` +
      "no gate of it asks LaunchDarkly. Nothing was changed.\n" +
      `For the file: \`env ${without} npx meridian flag …\`. For LaunchDarkly write meridian:flags into the configuration, and bring it up.`,
  );
}

function halfSaid(set: readonly string[]): CommandError {
  const missing = needed.filter((name) => !set.includes(name));
  return new CommandError(
    `${are(set, "set")}, and ${are(missing, "not set")}. Set both for LaunchDarkly, or neither for the file.`,
  );
}

function are(names: readonly string[], what: string): string {
  return `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} ${what}`;
}

/** No plain HTTP over a network: the token allows its holder to switch every flag. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const here = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  const bare = url !== undefined && url.username === "" && url.password === "" && url.search === "";
  if (bare && (url.protocol === "https:" || (url.protocol === "http:" && here)))
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  throw new CommandError(
    "LAUNCHDARKLY_API_URL is no address of an API: write https:// and the host, without a user or a query.",
  );
}
