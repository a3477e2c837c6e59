import * as http from "node:http";
import { edgeToken } from "../../infra/plan/names";
import { shows } from "./bearer";
import { type AppBehaviour, behaviourDiagnostics, type Behaviours } from "./behaviour";
import type { Edge } from "./edge";
import type { Metrics } from "./metrics";

interface Parts {
  readonly region: string;
  /** Token that a change of a setting requires. */
  readonly token: string;
  readonly edge: Edge;
  readonly behaviours: Behaviours;
  readonly metrics: Metrics;
}

interface Reply {
  readonly code: number;
  readonly body?: unknown;
}

/**
 * The process's admin API, on 127.0.0.1. The gateway forwards only `/healthz` to it. Every user of the machine can read it;
 * changing settings of drills requires the token.
 */
export function adminServer(parts: Parts): http.Server {
  return http.createServer((request, response) => {
    void answer(parts, request).then(
      ({ code, body }) => {
        const text = typeof body === "string" ? body : `${JSON.stringify(body ?? {})}\n`;
        const type = typeof body === "string" ? "text/plain" : "application/json";
        response.writeHead(code, { "content-type": type, "cache-control": "no-store" }).end(text);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

async function answer(parts: Parts, request: http.IncomingMessage): Promise<Reply> {
  // The path is not normalized: parsed as a URL, `/healthz/../behaviours` would bypass the gateway's rule.
  const [area, name] = (request.url ?? "/").replace(/\?.*$/s, "").split("/").slice(1);
  if (area === "healthz") return health(parts, name);
  if (area === "metrics") return { code: 200, body: await parts.metrics.text() };
  if (request.method !== "GET" && !shows(request, parts.token)) {
    return { code: 401, body: { error: "settings need the token of this data plane" } };
  }
  if (area === "behaviours") return behaviours(parts, request, name);
  if (area === "drills" && name === "healthz") return lie(parts, request);
  return { code: 404, body: { error: `nothing at ${request.url}` } };
}

/** `/healthz`, `/healthz/<app>`, and `/healthz/state` for the guards of peers. */
function health({ region, edge }: Parts, name: string | undefined): Reply {
  if (name === "state") return { code: 200, body: edge.known() };
  const found = edge.verdict(name === "" ? undefined : name);
  const code = edge.lie ?? (found.healthy ? 200 : 503);
  return { code, body: { edge: edgeToken, region, ...found } };
}

async function behaviours(
  { behaviours }: Parts,
  request: http.IncomingMessage,
  app: string | undefined,
): Promise<Reply> {
  if (request.method === "GET") return { code: 200, body: behaviours.all() };
  if (app === undefined || app === "") return { code: 404, body: { error: "name an app" } };
  if (request.method === "DELETE") {
    behaviours.set(app, undefined);
    return { code: 200, body: behaviours.all() };
  }
  if (request.method !== "PUT") return { code: 405 };
  const given = await readJson(request);
  const diagnostics =
    given === undefined ? ["the body is not JSON, or too large"] : behaviourDiagnostics(given);
  if (diagnostics.length > 0) return { code: 400, body: { diagnostics } };
  behaviours.set(app, given as AppBehaviour);
  return { code: 200, body: behaviours.all() };
}

/** Forces the health that the edge reports: PUT 200 or 503 overrides `/healthz`, DELETE ends the override. */
async function lie({ edge }: Parts, request: http.IncomingMessage): Promise<Reply> {
  if (request.method === "DELETE") {
    edge.lie = undefined;
    return { code: 200, body: {} };
  }
  const given = request.method === "PUT" ? await readJson(request) : undefined;
  if (given !== 200 && given !== 503)
    return { code: 400, body: { diagnostics: ["PUT 200 or 503"] } };
  edge.lie = given;
  return { code: 200, body: { lie: given } };
}

const bodyLimit = 64 << 10;

/** Undefined for a body that is not JSON or too large. Such a body is still read to its end, so that the response arrives. */
async function readJson(request: http.IncomingMessage): Promise<unknown> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) if (text.length <= bodyLimit) text += String(chunk);
  if (text.length > bodyLimit) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
