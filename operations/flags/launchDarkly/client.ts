import { CommandError } from "../../errors";
import { clipped, sanitize } from "../../format";

/** The flags to access, and the credentials. */
export interface LaunchDarklySettings {
  /** Without a path, e.g. "https://app.launchdarkly.com". */
  readonly apiUrl: string;
  readonly project: string;
  readonly environment: string;
  /** Must not appear in any output or error. */
  readonly token: string;
  /** Timeout of one response, in milliseconds. Default: 10 s. */
  readonly timeoutMs?: number;
}

/** The API version of the requests. */
const apiVersion = "20240415";

/** A response other than 2xx, for callers that know the meaning of its status. */
export class LaunchDarklyError extends CommandError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** Below `/api/v2/flags/`, with encoded segments. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Sends one request to LaunchDarkly's REST API.
 * @returns the parsed response.
 * @throws LaunchDarklyError, or CommandError if there is no valid response; each names the next step.
 */
export async function ask(
  settings: LaunchDarklySettings,
  { method, path, body }: ApiRequest,
): Promise<unknown> {
  const { apiUrl, token, timeoutMs = 10_000 } = settings;
  const semantic = method === "PATCH" ? "; domain-model=launchdarkly.semanticpatch" : "";
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${apiUrl}/api/v2/flags/${path}`, {
      method,
      headers: {
        Authorization: token,
        "LD-API-Version": apiVersion,
        ...(body !== undefined && { "Content-Type": `application/json${semantic}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A redirect must not receive the token.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new CommandError(silence(settings, method, error));
  }
  if (!response.ok) throw refusal(settings, response, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CommandError(notLaunchDarkly(settings));
  }
}

/** Message for a response that is not from LaunchDarkly. */
export function notLaunchDarkly({ apiUrl }: LaunchDarklySettings): string {
  return `${apiUrl} answers, but not as LaunchDarkly's API does. Is LAUNCHDARKLY_API_URL right?`;
}

/** Omits the error's own text: it may quote the request. */
function silence(
  { apiUrl, timeoutMs = 10_000 }: LaunchDarklySettings,
  method: string,
  error: unknown,
): string {
  const late = error instanceof Error && error.name === "TimeoutError";
  const code = ((error as { cause?: { code?: unknown } }).cause ?? {}).code;
  const why = late
    ? `has not answered within ${timeoutMs / 1000} s`
    : `cannot be reached${typeof code === "string" ? ` (${code})` : ""}`;
  const next =
    method === "GET"
      ? "Nothing was changed. Run it again."
      : "It may have been carried out all the same: `npx meridian flag show` tells.";
  return `LaunchDarkly (${apiUrl}) ${why}. ${next}`;
}

function refusal(
  settings: LaunchDarklySettings,
  response: Response,
  text: string,
): LaunchDarklyError {
  const { status, headers } = response;
  const said = messageOf(settings, text);
  const own = said === "" ? "" : ` It says: ${said}`;
  return new LaunchDarklyError(status, `${reason(settings, status, headers)}${own}`);
}

function reason(
  { project, environment, apiUrl }: LaunchDarklySettings,
  status: number,
  headers: Headers,
): string {
  switch (status) {
    case 401:
      return "LaunchDarkly does not know the access token (401). Put one that is valid into LAUNCHDARKLY_ACCESS_TOKEN: an API access token, no SDK key.";
    case 403:
      return `The access token may not do this (403). It needs a role that may read and update flags of the project ${project} in ${environment}, Writer for example.`;
    case 404:
      return `LaunchDarkly has no project ${project} with an environment ${environment}, or the token may not see it (404). Correct LAUNCHDARKLY_PROJECT or LAUNCHDARKLY_ENVIRONMENT.`;
    case 405:
      return `LaunchDarkly takes no direct change in ${environment} (405): where it asks for approval, ask for it there.`;
    case 409:
      return "Somebody else has changed the flag at the same time (409). Nothing was changed. Run it again.";
    case 429:
      return `LaunchDarkly has had too many requests (429). Run it again ${later(headers)}.`;
    default:
      return status >= 500
        ? `LaunchDarkly fails (${status}). Its status page says more; run it again later.`
        : `LaunchDarkly (${apiUrl}) refuses the request (${status}).`;
  }
}

/** From `Retry-After` in seconds, or from the time in `X-Ratelimit-Reset` in milliseconds. */
function later(headers: Headers): string {
  const seconds = Number(headers.get("retry-after") ?? NaN);
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN);
  const wait = Number.isFinite(seconds) ? seconds : (reset - Date.now()) / 1000;
  return Number.isFinite(wait) && wait > 0 ? `in ${Math.ceil(wait)} s` : "in a minute";
}

function messageOf({ token }: LaunchDarklySettings, text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message !== "string") return "";
    return sanitize(clipped(message.replaceAll(token, "[secret]"), 300));
  } catch {
    return "";
  }
}
