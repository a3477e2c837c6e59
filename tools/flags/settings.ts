import { flagFileOf } from "../../infra/config";
import { CommandError } from "../cli/errors";
import { fileSource } from "./fileSource";
import { type LaunchDarklySettings } from "./launchDarkly/client";
import { launchDarklySource } from "./launchDarkly/source";
import { type FlagSource } from "./source";

/** Variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The flags of an environment: LaunchDarkly's where a token for it is at hand, else the file beside the configuration.
 *
 * @param environments folder of the environments' files.
 * @throws CommandError when only a part of what LaunchDarkly needs is said: to edit a file instead would gate nothing.
 */
export function flagSource(
  environments: string,
  environment: string,
  variables: Variables,
): FlagSource {
  const settings = launchDarklySettings(environment, variables);
  return settings === undefined
    ? fileSource(flagFileOf(environments, environment))
    : launchDarklySource(settings);
}

function launchDarklySettings(
  environment: string,
  variables: Variables,
): LaunchDarklySettings | undefined {
  const said = (name: string) => {
    const value = variables[`LAUNCHDARKLY_${name}`];
    return value === "" ? undefined : value;
  };
  const token = said("ACCESS_TOKEN");
  const project = said("PROJECT");
  if (token === undefined && project === undefined) return undefined;
  if (token === undefined || project === undefined)
    throw new CommandError(
      `LAUNCHDARKLY_${token === undefined ? "PROJECT" : "ACCESS_TOKEN"} is set, and LAUNCHDARKLY_${token === undefined ? "ACCESS_TOKEN" : "PROJECT"} is not. Set both for LaunchDarkly, or neither for the file.`,
    );
  // A header of other letters is refused in words that quote it.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandError(
      "LAUNCHDARKLY_ACCESS_TOKEN has spaces, line breaks or other letters in it.",
    );
  return {
    apiUrl: checkedUrl(said("API_URL") ?? "https://app.launchdarkly.com"),
    project,
    environment: said("ENVIRONMENT") ?? environment,
    token,
  };
}

/** Not in the clear over a network: whoever has the token can switch every flag. */
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
