import * as http from "node:http";
import { text } from "node:stream/consumers";
import { inParallel } from "../operations/apps/parallel";
import { type Answer, type Query, sendQuery, type TrafficView } from "./dig";

/** A response, read to its end. */
export interface Response {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** The end of one request of many. */
export type Outcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The region that served it; the gateway's, if no pod did. */
      readonly region: string;
      /** The version that served it; undefined: no pod did. */
      readonly version: string | undefined;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** Requests that are under way at a time, when there are many. */
const concurrency = 8;

/** Where a request goes to, and from. */
export interface Connection {
  readonly address: string;
  readonly port: number;
  /** Undefined: the machine's choice. */
  readonly source: string | undefined;
  /** False: it is closed after the response, so that the next request opens another. Default: Node's own agent. */
  readonly agent?: false;
}

/** Sends a request to a gateway. @throws if it does not answer within ten seconds. */
export function send(url: URL, { source, address: host, ...rest }: Connection): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        host,
        ...rest,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.hostname },
        timeout: 10_000,
        ...(source === undefined ? {} : { localAddress: source }),
      },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => resolve({ status, headers, body }), reject);
      },
    );
    request.on("timeout", () => request.destroy(new Error("no answer in 10 s")));
    request.on("error", reject);
  });
}

/** Sends many requests, each after a query of its own, as one client after another would. */
export function sendMany(
  view: TrafficView,
  url: URL,
  query: Query,
  count: number,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const one = () => {
    signal.throwIfAborted();
    return sendOne(view, url, query);
  };
  return inParallel(Array.from({ length: count }), one, concurrency);
}

async function sendOne(view: TrafficView, url: URL, query: Query): Promise<Outcome> {
  let answer: Answer;
  try {
    answer = await sendQuery(view, query);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: "failed", reason: `the DNS server: ${code ?? message}` };
  }
  const { address, region } = answer;
  const connection = { address, port: view.zone.check.port, source: query.source };
  try {
    const { status, headers } = await send(url, { ...connection, agent: false });
    return {
      kind: "answered",
      status,
      region: header(headers, "x-meridian-region") ?? region,
      version: header(headers, "x-meridian-version"),
    };
  } catch (error) {
    return { kind: "failed", reason: `the gateway of ${region}: ${(error as Error).message}` };
  }
}

function header(headers: http.IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
