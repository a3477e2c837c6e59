import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isNews, percentageOf, verdictOf } from "../../../infra/components/rollouts/verdict";
import type { Flags, KnownFlag } from "../flags/types";
import type { PendingPolls } from "./pendingPolls";
import type { GateMetrics } from "./metrics";
import { isNamespace, readQuestion } from "./question";
import { sameToken, shownToken, type TokenOf } from "./tokens";

/** Responds to one request. The route authenticates its callers itself. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Dependencies of the server. */
export interface ServerParts {
  readonly region: string;
  readonly flags: Flags & { all(): Readonly<Record<string, KnownFlag>> };
  readonly tokenOf: TokenOf;
  readonly metrics: GateMetrics;
  readonly kept: PendingPolls;
  /** Reasons why the process is not ready yet; empty: it is ready. */
  readonly missing: () => readonly string[];
  /** Additional routes, by method and path, for example `POST /v1/admit`. They authenticate their callers themselves. */
  readonly routes: Readonly<Record<string, Route>>;
}

interface Reply {
  readonly code: number;
  /** Sent as JSON, or unchanged if it is a text. */
  readonly body: unknown;
}

/** Namespace whose token may read all flags. */
export const platformNamespace = "meridian";

/** Responds to queries for verdicts, and to the platform's requests about the gate itself. */
export function gateListener(parts: ServerParts): RequestListener {
  return (request, response) => {
    void serve(parts, request, response).catch(() => {
      // The error may contain text that must not leave the gate.
      if (response.headersSent) response.destroy();
      else send(parts, response, { code: 500, body: { error: "the gate failed to answer" } });
    });
  };
}

async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const line = `${request.method} ${path}`;
  const route = Object.hasOwn(parts.routes, line) ? parts.routes[line] : undefined;
  if (route !== undefined) return route(request, response);
  const { authorization } = request.headers;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  send(parts, response, await answer(parts, { line, query, authorization, gone: gone.signal }));
}

interface Asked {
  /** Method and path. */
  readonly line: string;
  readonly query: string;
  readonly authorization: string | undefined;
  /** Aborted when the client disconnects. */
  readonly gone: AbortSignal;
}

async function answer(
  parts: ServerParts,
  { line, query, authorization, gone }: Asked,
): Promise<Reply> {
  switch (line) {
    case "GET /healthz":
      return { code: 200, body: { region: parts.region } };
    case "GET /readyz": {
      const missing = parts.missing();
      return { code: missing.length === 0 ? 200 : 503, body: { region: parts.region, missing } };
    }
    case "GET /metrics":
      return { code: 200, body: await parts.metrics.registry.metrics() };
    case "GET /v1/verdict":
      return verdict(parts, new URLSearchParams(query), shownToken(authorization), gone);
    case "GET /v1/flags": {
      const token = shownToken(authorization);
      if (token === undefined || !sameToken(token, parts.tokenOf(platformNamespace)))
        return refusal;
      return { code: 200, body: { region: parts.region, flags: parts.flags.all() } };
    }
    default:
      return { code: 404, body: { error: "there is nothing here" } };
  }
}

const refusal: Reply = { code: 401, body: { error: "this needs the token of its namespace" } };

async function verdict(
  parts: ServerParts,
  query: URLSearchParams,
  token: string | undefined,
  gone: AbortSignal,
): Promise<Reply> {
  if (token === undefined) return refusal;
  const namespace = query.get("namespace") ?? "";
  if (isNamespace(namespace) && !sameToken(token, parts.tokenOf(namespace))) return refusal;
  const parsed = readQuestion(query);
  if ("diagnostics" in parsed) return { code: 400, body: { diagnostics: parsed.diagnostics } };
  const { flag, weight, last, keep } = parsed.question;
  const now = () => verdictOf(parts.flags.known(flag), { weight, last });
  await parts.kept.until(() => isNews(now(), { weight }), keep * 1000, gone);
  const known = parts.flags.known(flag);
  const given = now();
  parts.metrics.verdict(given);
  const body = {
    verdict: given,
    allowed: given === "allowed",
    killed: given === "killed",
    flag,
    region: parts.region,
    weight,
    percentage: percentageOf(known),
    reason: known.reason,
  };
  return { code: 200, body };
}

function send(parts: ServerParts, response: ServerResponse, { code, body }: Reply): void {
  if (code >= 400 && code !== 503) parts.metrics.refused(code);
  const plain = typeof body === "string";
  const type = plain ? parts.metrics.registry.contentType : "application/json";
  response.writeHead(code, {
    "content-type": type,
    "cache-control": "no-store",
    ...(code === 401 && { "www-authenticate": "Bearer" }),
  });
  response.end(plain ? body : `${JSON.stringify(body)}\n`);
}
