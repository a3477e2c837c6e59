import * as https from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../manifests/types";
import { forgetExec } from "./execCredential";
import { connect, execOf } from "./kubeconfig";

export { connectionOf, kubeconfigOf } from "./kubeconfig";

/** Connections are kept: a handshake costs an API server more than most answers. */
const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });

/** Who writes through these functions, as Kubernetes records it in `managedFields`. */
const fieldManager = "meridian";

/** Server-side apply of objects, in their order, taking over fields that another manager holds. */
export async function applyObjects(kubeconfig: string, objects: readonly Manifest[]) {
  for (const object of objects) {
    await retry(async () => {
      const path = await objectPath(kubeconfig, object);
      const query = `fieldManager=${fieldManager}&force=true`;
      await send(kubeconfig, "PATCH", `${path}?${query}`, object, "application/apply-patch+yaml");
    });
  }
}

/** Deletes an object; one that is not there, or whose kind is not, is no error. */
export async function deleteObject(kubeconfig: string, object: Manifest): Promise<void> {
  try {
    await kubeDelete(kubeconfig, await objectPath(kubeconfig, object));
  } catch (error) {
    if ((error as KubeError).code !== 404) throw error;
  }
}

/** DELETE of a path; what is not there is no error. */
export async function kubeDelete(kubeconfig: string, path: string): Promise<void> {
  try {
    await send(kubeconfig, "DELETE", path);
  } catch (error) {
    if ((error as KubeError).code !== 404) throw error;
  }
}

/** POST of an object to a path, as subresources such as `eviction` want it. @returns what is answered. */
export async function kubePost<T = void>(
  kubeconfig: string,
  path: string,
  object: object,
): Promise<T> {
  return parseBody<T>(await send(kubeconfig, "POST", path, object));
}

/** Merge patch of the object at a path. */
export async function kubePatch(kubeconfig: string, path: string, patch: object): Promise<void> {
  await send(kubeconfig, "PATCH", path, patch, "application/merge-patch+json");
}

/** GET of a path of the API server: parsed JSON, or the text of an answer that is none. */
export async function kubeGet<T = unknown>(
  kubeconfig: string,
  path: string,
  timeoutMs = 5000,
): Promise<T> {
  return parseBody<T>(await send(kubeconfig, "GET", path, undefined, undefined, timeoutMs));
}

/** An answer of the API server that is no success. */
export class KubeError extends Error {
  constructor(
    message: string,
    /** HTTP status code. */
    readonly code: number,
  ) {
    super(message);
  }
}

interface ApiResources {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
}

/** Where an object lives, found by discovery. */
async function objectPath(kubeconfig: string, object: Manifest): Promise<string> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await kubeGet<ApiResources>(kubeconfig, root);
  const found = resources.find((one) => one.kind === kind && !one.name.includes("/"));
  if (found === undefined)
    throw new KubeError(`The API server does not know ${apiVersion} ${kind}`, 404);
  const space = found.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  return `${root}${space}/${found.name}/${metadata.name}`;
}

/** One request. A credential that a command gave and the server refuses is asked for anew, once. */
async function send(
  kubeconfig: string,
  method: string,
  path: string,
  body?: object,
  contentType = "application/json",
  timeoutMs = 30_000,
): Promise<string> {
  const sendOnce = () => sendAs(kubeconfig, { method, path, body, contentType, timeoutMs });
  try {
    return await sendOnce();
  } catch (error) {
    const exec = execOf(kubeconfig);
    if (exec === undefined || (error as KubeError).code !== 401) throw error;
    forgetExec(exec);
    return sendOnce();
  }
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  readonly contentType: string;
  readonly timeoutMs: number;
}

async function sendAs(kubeconfig: string, sending: Sending): Promise<string> {
  const { method, path, body, contentType, timeoutMs } = sending;
  const { server, caData, serverName, certData, keyData, token } = await connect(kubeconfig);
  const options: https.RequestOptions = {
    method,
    ca: Buffer.from(caData, "base64"),
    ...(certData === undefined ? {} : { cert: Buffer.from(certData, "base64") }),
    ...(keyData === undefined ? {} : { key: Buffer.from(keyData, "base64") }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    timeout: timeoutMs,
    agent,
    headers: {
      ...(body === undefined ? {} : { "content-type": contentType }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = https.request(`${server}${path}`, options, (response) => {
      const { statusCode: code = 0 } = response;
      text(response).then((answer) => {
        if (code < 300) resolve(answer);
        else reject(new KubeError(`${method} ${path}: ${code} ${messageOf(answer)}`, code));
      }, reject);
    });
    request.on("timeout", () =>
      request.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
    );
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The API server says what is wrong in a Status object. */
function messageOf(answer: string): string {
  const status = parseBody<{ message?: string }>(answer);
  return (status.message ?? answer).slice(0, 500);
}

/**
 * Waits until a check passes.
 * @throws the check's last error, with `what`, when it has not passed in time.
 */
export async function waitFor(
  what: string,
  seconds: number,
  check: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      if ((await check()) !== false) return;
      if (Date.now() > deadline) throw new Error("not yet");
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${what}: not within ${seconds} s (${(error as Error).message})`);
      }
    }
    await sleep(50);
  }
}

function parseBody<T>(answer: string): T {
  try {
    return JSON.parse(answer) as T;
  } catch {
    return answer as T;
  }
}

/** An API server that has just started refuses some writes for a moment. */
async function retry<T>(action: () => Promise<T>, tries = 40): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      const code = error instanceof KubeError ? error.code : 503;
      const passing = code >= 500 || code === 429 || code === 404;
      if (!passing || attempt === tries) throw error;
      await sleep(100);
    }
  }
}
