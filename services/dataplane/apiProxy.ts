import * as http from "node:http";
import type { DataplaneConfig } from "./config";
import { bearerOf, shows } from "./bearer";
import { KubeClient, readChunks, readText } from "../../infra/kube/client";
import { LineSplitter } from "../../infra/kube/watch";
import { type EndpointSlice, mapSlice, readyPods } from "./slices";
import { type GatewayRoutes, isWatch } from "./gatewayRoutes";
import type { Pods } from "./pods";

/** EndpointSlices of all namespaces or of one. No client requests a single slice. */
const slicesPath = /^\/apis\/discovery\.k8s\.io\/v1\/(namespaces\/[^/?]+\/)?endpointslices(\?|$)/;

/**
 * The gateway watches Secrets and ConfigMaps for certificates. It needs none here, so it receives empty lists, and its account
 * may read neither.
 */
const hiddenPath = /^\/api\/v1\/(?:namespaces\/[^/?]+\/)?(secrets|configmaps)(?:\?|$)/;

/** Time without a byte of a list after which a request fails, milliseconds. */
const listTimeoutMs = 30_000;

interface Context {
  readonly config: DataplaneConfig;
  readonly pods: Pods;
  readonly gatewayRoutes: GatewayRoutes;
  /** Timeout of the wait for a pod's listener before its endpoint is returned to the gateway, milliseconds. */
  readonly openMs: number;
}

/**
 * The cluster's API for the gateway: all objects are the cluster's own, except that the addresses in EndpointSlices are those at
 * which this process responds for the pods. Kubernetes rejects loopback addresses there, so this proxy replaces them. It is
 * read-only, and each caller authenticates with its own token: every user of the machine can connect to the port, so this process
 * lends none of its permissions.
 */
export function apiProxy(context: Context): http.Server {
  const client = new KubeClient(context.config.api);
  return http.createServer((incoming, outgoing) => {
    if (incoming.method !== "GET") {
      outgoing.writeHead(405).end();
      return;
    }
    const token = bearerOf(incoming);
    if (token === undefined) {
      outgoing.writeHead(401).end();
      return;
    }
    const url = incoming.url ?? "/";
    const hidden = hiddenPath.exec(url)?.[1];
    if (hidden !== undefined) {
      answerNone(hidden, url, outgoing);
      return;
    }
    // Only the gateway has this token. Another user's request says nothing about it.
    const read = shows(incoming, context.config.api.token)
      ? context.gatewayRoutes.begin(url)
      : undefined;
    const closed = new AbortController();
    outgoing.on("close", () => closed.abort());
    // A watch sends nothing while nothing changes. Its caller ends it.
    const timeoutMs = isWatch(url) ? 0 : listTimeoutMs;
    const request = { method: "GET", path: url, token, timeoutMs, signal: closed.signal } as const;
    const forward = async (response: http.IncomingMessage) => {
      const status = response.statusCode ?? 502;
      response.on("error", () => outgoing.destroy());
      outgoing.writeHead(status, {
        "content-type": response.headers["content-type"] ?? "application/json",
      });
      // A watch has begun when its headers arrive, however long the first event takes.
      if (isWatch(url)) outgoing.flushHeaders();
      if (status === 200 && read !== undefined) {
        response.setEncoding("utf8").on("data", read.passed).on("end", read.ended);
      }
      if (status !== 200 || !slicesPath.test(url)) response.pipe(outgoing);
      else if (isWatch(url)) await mapWatch(context, response, outgoing);
      else await mapList(context, response, outgoing);
    };
    // An error ends only this response, and not the process with all its pods.
    client
      .open(request, forward)
      .catch(() => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  });
}

/** Responds with an empty list. A watch stays open without events, except the end of the list if the client requests it. */
function answerNone(resource: string, url: string, outgoing: http.ServerResponse): void {
  outgoing.writeHead(200, { "content-type": "application/json" });
  if (isWatch(url)) {
    outgoing.flushHeaders();
    // Clients since Kubernetes 1.35 read the list from the watch, and wait for this event.
    if (/[?&]sendInitialEvents=true/.test(url))
      outgoing.write(`${JSON.stringify(endOfList(resource))}\n`);
  } else
    outgoing.end(
      JSON.stringify({
        kind: resource === "secrets" ? "SecretList" : "ConfigMapList",
        apiVersion: "v1",
        metadata: { resourceVersion: "1" },
        items: [],
      }),
    );
}

function endOfList(resource: string): object {
  const annotations = { "k8s.io/initial-events-end": "true" };
  return {
    type: "BOOKMARK",
    object: {
      kind: resource === "secrets" ? "Secret" : "ConfigMap",
      apiVersion: "v1",
      metadata: { resourceVersion: "1", annotations },
    },
  };
}

async function mapList(
  context: Context,
  response: http.IncomingMessage,
  outgoing: http.ServerResponse,
): Promise<void> {
  const list = JSON.parse(await readText(response)) as { items: EndpointSlice[] };
  const items = await Promise.all(list.items.map((slice) => shown(context, slice)));
  outgoing.end(JSON.stringify({ ...list, items }));
}

/** Maps the events of a watch one after the other, in their order. */
async function mapWatch(
  context: Context,
  response: http.IncomingMessage,
  outgoing: http.ServerResponse,
): Promise<void> {
  let last = Promise.resolve();
  const splitter = new LineSplitter((line) => {
    last = last.then(() => passOn(context, line, outgoing)).catch(() => void outgoing.destroy());
  });
  await readChunks(response, (chunk) => splitter.push(chunk));
  await last;
  outgoing.end();
}

async function passOn(context: Context, line: string, outgoing: http.ServerResponse) {
  const event = JSON.parse(line) as { type: string; object: EndpointSlice };
  const asItIs = event.type === "BOOKMARK" || event.type === "ERROR";
  const object = asItIs ? event.object : await shown(context, event.object);
  outgoing.write(`${JSON.stringify({ ...event, object })}\n`);
}

/** Maps a slice once its ready pods accept connections, or after `openMs`. */
async function shown(
  { pods, config, openMs }: Context,
  slice: EndpointSlice,
): Promise<EndpointSlice> {
  await Promise.all(readyPods(slice).map((uid) => pods.opened(uid, openMs)));
  return mapSlice(slice, (uid) => pods.addresses.of(uid), config.podPort);
}
