import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import * as https from "node:https";
import { type ConnectionOptions, createSecureContext, type SecureContext } from "node:tls";
import { urlToHttpOptions } from "node:url";
import type {
  ApiConnection,
  CertificateConnection,
  Credential,
  TokenConnection,
} from "./connection";

/** Field manager of server-side apply, as Kubernetes records it in `managedFields`. */
const fieldManager = "meridian";

const applyPatch = "application/apply-patch+yaml";

/** Settings of a client. */
export interface ClientOptions {
  /** Limit of open connections, and so of concurrent requests. Default: none. */
  readonly maxSockets?: number;
  /** Time without a byte from the API server after which a request fails, milliseconds. Default: 5000. */
  readonly timeoutMs?: number;
  /** Identity in whose name every request is sent; the connection's own needs the permission to impersonate it. Default: none. */
  readonly impersonate?: { readonly user: string; readonly group: string };
  /** Connections that clients of one API server share. Default: its own. */
  readonly agent?: https.Agent;
}

/** One request. */
export interface KubeRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** Content type of the body. Default: `application/json`. */
  readonly contentType?: string;
  /** Media types of the response. Default: JSON, then any. */
  readonly accept?: string;
  /** Default: the client's. 0: no limit. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Bearer token of another identity, in place of the connection's credential. */
  readonly token?: string;
}

type ReadOptions = Pick<KubeRequest, "timeoutMs" | "signal" | "accept">;

/** Consumes a response. Called in the tick in which the headers arrive: it misses no event of the response. */
type Reader<T> = (response: IncomingMessage) => Promise<T>;

/** An unsuccessful response of an API server. */
export class KubeError extends Error {
  constructor(
    message: string,
    /** HTTP status code. */
    readonly code: number,
  ) {
    super(message);
  }
}

/** Whether an error is an unsuccessful response with this status code. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof KubeError && error.code === code;
}

/** The error for an unsuccessful response, with the message of the Status object that it contains. */
export function errorOf({ method, path }: KubeRequest, code = 0, answer = ""): KubeError {
  const { message } = parseBody<{ readonly message?: unknown } | null>(answer) ?? {};
  const reason = (typeof message === "string" ? message : answer).slice(0, 500);
  return new KubeError(`${method} ${path}: ${code} ${reason}`.trimEnd(), code);
}

/**
 * Client of one API server. Connections are kept alive and reused. Each method throws a `KubeError` if the response is
 * unsuccessful, and another error if there is no response.
 */
export class KubeClient {
  readonly maxSockets: number;
  private readonly timeoutMs: number;
  /** Options that all requests share. */
  private readonly base: https.RequestOptions & { readonly agent: https.Agent };
  /** Parsed certificates of the last credential: parsing them for each connection would take as long as the handshake. */
  private secure?: { readonly certificate: string | undefined; readonly context: SecureContext };
  /** Path of the server's URL, which precedes that of each request. */
  private readonly prefix: string;
  private readonly impersonation: https.RequestOptions["headers"];

  constructor(
    private readonly connection: ApiConnection,
    { maxSockets = Infinity, timeoutMs = 5000, impersonate, agent }: ClientOptions = {},
  ) {
    const { server, ca, serverName } = connection;
    const { hostname, port, path } = urlToHttpOptions(new URL(server));
    this.maxSockets = maxSockets;
    this.timeoutMs = timeoutMs;
    this.prefix = (path ?? "").replace(/\/$/, "");
    this.impersonation = impersonate && {
      "impersonate-user": impersonate.user,
      "impersonate-group": impersonate.group,
    };
    this.base = {
      hostname,
      port,
      ca,
      ...(serverName !== undefined && { servername: serverName }),
      agent: agent ?? new https.Agent({ keepAlive: true, maxSockets }),
    };
  }

  /** GET of a path: parsed JSON, or the text of a response that is not JSON. */
  async get<T = unknown>(path: string, options: ReadOptions = {}): Promise<T> {
    return parseBody<T>(await this.send({ method: "GET", path, ...options }));
  }

  /** GET of an object that may be absent: undefined on 404. */
  find<T = unknown>(path: string, options?: ReadOptions): Promise<T | undefined> {
    return unless(404, this.get<T>(path, options));
  }

  /** POST of an object to a collection or a subresource. @returns the response body. */
  async post<T = unknown>(path: string, body: object): Promise<T> {
    return parseBody<T>(await this.send({ method: "POST", path, body }));
  }

  /** Patches an object: by JSON patch if the patch is an array, otherwise by merge patch. @returns the response body. */
  patch(path: string, body: object): Promise<string> {
    const kind = Array.isArray(body) ? "json-patch" : "merge-patch";
    return this.send({ method: "PATCH", path, body, contentType: `application/${kind}+json` });
  }

  /** Patches an object by strategic merge: entries of lists such as conditions are merged by their key. */
  strategicPatch(path: string, body: object): Promise<string> {
    return this.send({
      ...{ method: "PATCH", path, body },
      contentType: "application/strategic-merge-patch+json",
    });
  }

  /** Patches an object unless it has been deleted. */
  async patchIfPresent(path: string, patch: object): Promise<void> {
    await unless(404, this.patch(path, patch));
  }

  /** Patches an object of a collection, or creates it if it is absent. Tolerates that another client creates it first. */
  async patchOrCreate(
    collection: string,
    object: { readonly metadata: { readonly name: string } },
    patch: object,
  ): Promise<void> {
    const path = `${collection}/${encodeURIComponent(object.metadata.name)}`;
    if ((await unless(404, this.patch(path, patch))) !== undefined) return;
    const created = this.send({ method: "POST", path: collection, body: object });
    if ((await unless(409, created)) === undefined) await this.patch(path, patch);
  }

  /** Server-side apply of an object at its path. Takes over fields that another manager owns. */
  async apply(path: string, body: object): Promise<void> {
    const url = `${path}?fieldManager=${fieldManager}&force=true`;
    await this.send({ method: "PATCH", path: url, body, contentType: applyPatch });
  }

  /** DELETE of a path. A path that is absent is no error. */
  async delete(path: string): Promise<void> {
    await unless(404, this.send({ method: "DELETE", path }));
  }

  /** Opens a request whose response, of any status code, is read as a stream. A rejected credential is renewed once. */
  async open<T>(request: KubeRequest, read: Reader<T>): Promise<T> {
    const { connection } = this;
    const { token } = request;
    if (token !== undefined) return this.exchange(request, { token }, read);
    if (!("credentials" in connection))
      return this.exchange(request, credentialOf(connection), read);
    const { credentials } = connection;
    const answer = await this.exchange(request, await credentials.get(), async (response) => {
      if (response.statusCode !== 401) return { value: await read(response) };
      response.resume();
      return undefined;
    });
    if (answer !== undefined) return answer.value;
    credentials.invalidate();
    return this.exchange(request, await credentials.get(), read);
  }

  /** Closes all connections. */
  close(): void {
    this.base.agent.destroy();
  }

  private send(request: KubeRequest): Promise<string> {
    return this.open(request, async (response) => {
      const answer = await readText(response);
      if (response.statusCode !== undefined && response.statusCode < 300) return answer;
      throw errorOf(request, response.statusCode, answer);
    });
  }

  private contextOf({ certificate, key }: Credential): SecureContext {
    if (this.secure === undefined || this.secure.certificate !== certificate) {
      const { ca } = this.connection;
      const context = createSecureContext({ ca, cert: certificate, key });
      this.secure = { certificate, context };
    }
    return this.secure.context;
  }

  private exchange<T>(request: KubeRequest, credential: Credential, read: Reader<T>): Promise<T> {
    const { method, path, body, contentType = "application/json", signal } = request;
    const { timeoutMs = this.timeoutMs } = request;
    const { token, certificate, key } = credential;
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      const options: https.RequestOptions & Pick<ConnectionOptions, "secureContext"> = {
        ...this.base,
        method,
        path: this.prefix + path,
        timeout: timeoutMs,
        ...(signal && { signal }),
        // The agent tells connections apart by certificate and key.
        ...(certificate !== undefined && { cert: certificate, key }),
        secureContext: this.contextOf(credential),
        headers: {
          accept: request.accept ?? "application/json, */*",
          ...this.impersonation,
          ...(body && { "content-type": contentType }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      };
      const sent = https.request(options);
      sent.on("timeout", () =>
        (answer ?? sent).destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
      );
      sent.on("error", (error: NodeJS.ErrnoException) => {
        // The API server has closed an idle connection just as it was reused: it has not read the request.
        if (answer === undefined && sent.reusedSocket && error.code === "ECONNRESET")
          resolve(this.exchange(request, credential, read));
        else reject(error);
      });
      sent.on("response", (response) => {
        answer = response;
        resolve(read(response));
      });
      sent.end(body && JSON.stringify(body));
    });
  }
}

/** Reads a response in chunks of text. @throws if the connection breaks before its end. */
export function readChunks(
  response: IncomingMessage,
  onChunk: (chunk: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    response.setEncoding("utf8");
    response.on("data", onChunk);
    response.on("error", reject);
    response.on("end", resolve);
  });
}

/** The full text of a response. @throws if the connection breaks before its end. */
export async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  await readChunks(response, (chunk) => (text += chunk));
  return text;
}

/** The credential of a connection that is plain data. @throws if its token file cannot be read. */
function credentialOf(connection: TokenConnection | CertificateConnection): Credential {
  if (!("tokenFile" in connection)) return connection;
  return { token: readFileSync(connection.tokenFile, "utf8").trim() };
}

/** The result of a request, or undefined if the API server responds with this status code. */
async function unless<T>(code: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, code)) return undefined;
    throw error;
  }
}

function parseBody<T>(answer: string): T {
  try {
    return JSON.parse(answer) as T;
  } catch {
    return answer as T;
  }
}
