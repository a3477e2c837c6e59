import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnection } from "./apiConnection";

/** A Kubernetes object, as far as this process looks at objects. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

interface List<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string };
}

interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** Told of every object of one kind: at first all, then each change. */
export interface Follower<T> {
  /** All that there are now; what is not among them is gone. */
  replace(objects: readonly T[]): void;
  set(object: T): void;
  remove(object: T): void;
}

const agent = new https.Agent({ keepAlive: true });

/** A request to the region's API server, answered as a stream. */
export function apiRequest(api: ApiConnection, options: https.RequestOptions): http.ClientRequest {
  const { hostname, port } = new URL(api.server);
  return https.request({
    hostname,
    port,
    agent,
    ca: api.ca,
    ...(api.serverName !== undefined && { servername: api.serverName }),
    ...options,
    headers: {
      accept: "application/json",
      ...options.headers,
      authorization: `Bearer ${shownBy(api)}`,
    },
  });
}

/** @throws when its file cannot be read. */
function shownBy(api: ApiConnection): string {
  return "token" in api ? api.token : readFileSync(api.tokenFile, "utf8").trim();
}

/** GET of a path. @throws when the answer is no success, or none within the time. */
export function apiGet(api: ApiConnection, path: string, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = apiRequest(api, { path, timeout: timeoutMs });
    request.on("timeout", () => request.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () =>
        (response.statusCode ?? 500) < 300
          ? resolve(text)
          : reject(new Error(`GET ${path}: ${response.statusCode} ${text.slice(0, 200)}`)),
      );
    });
    request.end();
  });
}

/** Seconds after which the API server ends a watch, so that a connection that died unnoticed is renewed. */
const watchSeconds = 240;

/**
 * Follows a kind until the process ends or the signal says so. While the API server is away, what was last known stays: pods
 * go on running without it.
 */
export async function follow<T extends KubeObject>(
  api: ApiConnection,
  path: string,
  follower: Follower<T>,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    try {
      const list = JSON.parse(await apiGet(api, path)) as List<T>;
      follower.replace(list.items);
      await watch(
        api,
        `${path}?watch=1&allowWatchBookmarks=true`,
        list.metadata.resourceVersion,
        follower,
        signal,
      );
    } catch {
      // The API server is away or starts again; the next list finds what has changed meanwhile.
    }
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
}

/** Watches from a version on, again and again, until the API server no longer knows the version. */
async function watch<T extends KubeObject>(
  api: ApiConnection,
  path: string,
  from: string,
  follower: Follower<T>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let version = from;
  let known = true;
  while (known) {
    const url = `${path}&resourceVersion=${version}&timeoutSeconds=${watchSeconds}`;
    await readLines(api, { path: url, signal }, (line) => {
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      if (type === "ERROR") {
        known = false;
        return;
      }
      version = object.metadata.resourceVersion ?? version;
      if (type === "DELETED") follower.remove(object);
      else if (type !== "BOOKMARK") follower.set(object);
    });
  }
}

function readLines(
  api: ApiConnection,
  options: https.RequestOptions,
  take: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = apiRequest(api, { ...options, timeout: (watchSeconds + 30) * 1000 });
    request.on("timeout", () => request.destroy(new Error("the watch has gone silent")));
    request.on("error", reject);
    request.on("response", (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        reject(new Error(`watch: ${response.statusCode}`));
        return;
      }
      const splitter = new LineSplitter(take);
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => splitter.push(chunk));
      response.on("error", reject);
      response.on("end", resolve);
    });
    request.end();
  });
}

/** Cuts a stream into its lines, wherever its chunks end. */
export class LineSplitter {
  private rest = "";
  constructor(private readonly take: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.rest + chunk).split("\n");
    this.rest = lines.pop() ?? "";
    lines.filter((line) => line !== "").forEach(this.take);
  }
}
