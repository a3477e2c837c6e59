import { setTimeout as sleep } from "node:timers/promises";
import { errorOf, type KubeClient, type KubeRequest, readChunks, readText } from "./client";

/** A Kubernetes object, with the metadata that this project uses. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

interface List<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string };
}

interface Change<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/** The event that ends a watch, with a Status. */
interface Failure {
  readonly type: "ERROR";
  readonly object: { readonly code?: number };
}

/** Receives the objects of one kind: first all of them, then each change. */
export interface Follower<T> {
  /** All current objects. Those that are missing have been deleted. */
  replace(objects: readonly T[]): void;
  set(object: T): void;
  remove(object: T): void;
}

/** Seconds after which the API server ends a watch, so that a connection that broke unnoticed is renewed. */
const followSeconds = 240;

/** Seconds after which the API server ends a `watch`, which does not resume: longer than any measurement. */
const watchSeconds = 14_400;

/** Pause before a list is repeated, milliseconds. */
const relistMs = 200;

/**
 * Follows a kind until the signal aborts: lists it, watches it, and lists it again if the watch fails or its resource version has
 * expired. While the API server is unreachable, the follower retains the last state that it received.
 */
export async function follow<T extends KubeObject>(
  client: KubeClient,
  path: string,
  follower: Follower<T>,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    try {
      const list = await client.get<List<T>>(path, signal && { signal });
      follower.replace(list.items);
      await resumeWatch(client, path, list.metadata.resourceVersion, follower, signal);
    } catch {
      // The API server is unreachable, or the resource version has expired: the next list contains the changes.
    }
    await sleep(relistMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Watches from a resource version on. Resumes whenever the API server ends a watch. @throws if a watch fails. */
async function resumeWatch<T extends KubeObject>(
  client: KubeClient,
  path: string,
  from: string,
  follower: Follower<T>,
  signal: AbortSignal | undefined,
): Promise<never> {
  let version = from;
  const onEvent = ({ type, object }: Change<T>) => {
    version = object.metadata.resourceVersion ?? version;
    if (type === "DELETED") follower.remove(object);
    else if (type !== "BOOKMARK") follower.set(object);
  };
  for (;;) {
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${version}`;
    const url = `${path}?${query}`;
    const { ended } = await openWatch(client, url, followSeconds, onEvent, signal);
    await ended;
  }
}

/**
 * Watches a kind once: calls back for every current object, and then for every change, in order and without gaps. An event is
 * delivered as soon as it has been received and parsed.
 * @param onBreak Called once if the watch ends by itself: later changes are not delivered.
 * @returns a function that stops the watch, as soon as the response has begun.
 */
export async function watch<T>(
  client: KubeClient,
  path: string,
  onEvent: (type: Change<T>["type"], object: T) => void,
  onBreak: (reason: Error) => void = () => undefined,
): Promise<() => void> {
  const stop = new AbortController();
  const deliver = ({ type, object }: Change<T>) => stop.signal.aborted || onEvent(type, object);
  const url = `${path}?watch=1`;
  const { ended } = await openWatch(client, url, watchSeconds, deliver, stop.signal);
  const reason = ended.then(() => {
    throw new Error(`${path}: the API server ended the watch`);
  });
  reason.catch((error: Error) => stop.signal.aborted || onBreak(error));
  return () => stop.abort();
}

/** Opens one watch. @returns as soon as the response has begun; `ended` rejects if the watch breaks. */
function openWatch<T>(
  client: KubeClient,
  url: string,
  seconds: number,
  onEvent: (change: Change<T>) => unknown,
  signal: AbortSignal | undefined,
): Promise<{ readonly ended: Promise<void> }> {
  const request: KubeRequest = {
    method: "GET",
    path: `${url}&timeoutSeconds=${seconds}`,
    timeoutMs: (seconds + 30) * 1000,
    ...(signal && { signal }),
  };
  return client.open(request, async (response) => {
    if (response.statusCode !== 200)
      throw errorOf(request, response.statusCode, await readText(response));
    const onLine = (line: string) => {
      if (response.destroyed) return;
      const event = JSON.parse(line) as Change<T> | Failure;
      if (event.type !== "ERROR") onEvent(event);
      else response.destroy(errorOf(request, event.object.code, JSON.stringify(event.object)));
    };
    const splitter = new LineSplitter(onLine);
    return { ended: readChunks(response, (chunk) => splitter.push(chunk)) };
  });
}

/** Splits a stream into its lines, wherever its chunks end. */
export class LineSplitter {
  private rest = "";
  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.rest + chunk).split("\n");
    this.rest = lines.pop() ?? "";
    lines.filter((line) => line !== "").forEach(this.onLine);
  }
}
