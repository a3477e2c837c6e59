import type { IncomingMessage, ServerResponse } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { applyJsonPatch, applyMergePatch } from "./jsonPatch";
import { KubeClient } from "../../infra/kube/client";
import { TokenApi } from "./tokenApi";

/** An object as it is stored. */
export interface Stored {
  metadata: {
    name: string;
    namespace?: string;
    resourceVersion?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** A change that was asked for. */
export interface Change {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: unknown;
}

const address =
  /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/(status))?$/;

/** An API server that keeps what it is given, with versions, watches, the status subresource and both kinds of patch. */
export class KubeStore {
  /** Every POST and PATCH, in order, whatever became of it. */
  readonly changes: Change[] = [];
  /** Answers with this code instead of doing it; undefined: does it. */
  fail: (change: Omit<Change, "body">) => number | undefined = () => undefined;
  private readonly objects = new Map<string, Stored>();
  private readonly watches = new Map<ServerResponse, (path: string) => boolean>();
  private version = 0;
  readonly client: KubeClient;

  private constructor(private readonly server: TokenApi) {
    this.client = new KubeClient(server.api);
    server.answer = (request, response) => void this.answer(request, response);
  }

  static async start(): Promise<KubeStore> {
    return new KubeStore(await TokenApi.start());
  }

  get api() {
    return this.server.api;
  }

  /** Method and URL of everything asked. */
  get asked(): string[] {
    return this.server.asked;
  }

  leave(): Promise<void> {
    return this.server.leave();
  }

  comeBack(): Promise<void> {
    return this.server.comeBack();
  }

  get(path: string): Stored | undefined {
    return this.objects.get(path);
  }

  /** What was asked of one path. */
  changesOf(path: string): unknown[] {
    return this.changes.filter((change) => change.path === path).map(({ body }) => body);
  }

  /** Stores an object; one that is the same changes nothing. */
  put(path: string, object: Stored): Stored {
    const before = this.objects.get(path);
    const { resourceVersion, generation } = before?.metadata ?? {};
    const same = { ...object, metadata: { ...object.metadata, resourceVersion, generation } };
    if (before !== undefined && isDeepStrictEqual(clean(same), clean(before))) return before;
    const grown = isDeepStrictEqual(before?.["spec"], object["spec"]) ? 0 : 1;
    const metadata = {
      ...object.metadata,
      resourceVersion: `${++this.version}`,
      generation: (generation ?? 0) + grown,
    };
    const stored = { ...object, metadata };
    this.objects.set(path, stored);
    this.tell(before === undefined ? "ADDED" : "MODIFIED", path, stored);
    return stored;
  }

  delete(path: string): void {
    const before = this.objects.get(path);
    this.objects.delete(path);
    if (before !== undefined) this.tell("DELETED", path, before);
  }

  /** Tells the watches of an object again, as if it had changed. */
  touch(path: string): void {
    const object = this.objects.get(path);
    if (object !== undefined) this.tell("MODIFIED", path, object);
  }

  private tell(type: string, path: string, object: Stored): void {
    for (const [response, wanted] of this.watches)
      if (wanted(path)) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? "", "http://api");
    const method = request.method ?? "";
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
    const send = (code: number, body: unknown) =>
      void response.writeHead(code).end(JSON.stringify(body));
    const contentType = request.headers["content-type"] ?? "";
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    if (method !== "GET") this.changes.push({ method, path, contentType, body });
    const code = this.fail({ method, path, contentType });
    if (code !== undefined) return send(code, { message: "as the test wants it" });
    const [, , , , name, status] = address.exec(path) ?? [];
    if (name === undefined && method === "GET") {
      if (searchParams.has("watch")) return this.watch(path, response);
      return send(200, this.list(path, searchParams.get("labelSelector")));
    }
    if (method === "POST") return this.create(path, body as Stored, send);
    const target = status === undefined ? path : path.replace(/\/status$/, "");
    const found = this.objects.get(target);
    if (found === undefined) return send(404, { message: "not found" });
    if (method === "GET") return send(200, found);
    try {
      const patched = contentType.startsWith("application/json-patch")
        ? applyJsonPatch(found, body as [])
        : (applyMergePatch(found, body) as Stored);
      // Each of the two leaves alone what is the other's.
      const { status: before, ...others } = found;
      const { status: after, ...rest } = patched;
      send(200, this.put(target, status ? { ...others, status: after } : withStatus(rest, before)));
    } catch (error) {
      send(422, { message: (error as Error).message.split("\n")[0] });
    }
  }

  private create(path: string, object: Stored, send: (code: number, body: unknown) => void): void {
    const target = `${path}/${object.metadata.name}`;
    if (this.objects.has(target)) return send(409, { message: "already exists" });
    send(201, this.put(target, object));
  }

  private list(path: string, selector: string | null) {
    const [label = "", value] = selector?.split("=") ?? [];
    const items = [...this.objects]
      .filter(([one]) => isIn(path, one))
      .map(([, object]) => object)
      .filter(({ metadata }) => selector === null || metadata.labels?.[label] === value);
    return { items, metadata: { resourceVersion: `${this.version}` } };
  }

  private watch(path: string, response: ServerResponse): void {
    response.writeHead(200).flushHeaders();
    this.watches.set(response, (one) => isIn(path, one));
    response.on("close", () => this.watches.delete(response));
  }
}

/** Whether an object belongs to a collection, be it of one namespace or of all. */
function isIn(collection: string, path: string): boolean {
  const [, group, namespace, plural] = address.exec(collection) ?? [];
  const [, itsGroup, itsNamespace, itsPlural] = address.exec(path) ?? [];
  return (
    group === itsGroup &&
    plural === itsPlural &&
    (namespace === undefined || namespace === itsNamespace)
  );
}

function withStatus(object: Stored, status: unknown): Stored {
  return status === undefined ? object : { ...object, status };
}

/** Without fields that are undefined. */
function clean(object: unknown): unknown {
  return JSON.parse(JSON.stringify(object)) as unknown;
}
