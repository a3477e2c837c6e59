import * as fs from "node:fs";
import * as https from "node:https";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import type { Manifest } from "../manifests/types";

/** Connections are kept: a handshake costs an API server more than most answers. */
const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });

/** Who writes through these functions, as Kubernetes records it in `managedFields`. */
const fieldManager = "meridian";

/** A kubeconfig with everything inside it, made from the certificates of a kwokctl cluster. */
export function kubeconfigOf(clusterName: string, server: string, pkiDir: string): string {
  const data = (file: string) => fs.readFileSync(path.join(pkiDir, file)).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusterName,
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    clusters: [
      { name: clusterName, cluster: { server, "certificate-authority-data": data("ca.crt") } },
    ],
    users: [
      {
        name: clusterName,
        user: {
          "client-certificate-data": data("admin.crt"),
          "client-key-data": data("admin.key"),
        },
      },
    ],
  });
}

interface Kubeconfig {
  readonly clusters: readonly [
    { cluster: { server: string; "certificate-authority-data": string } },
  ];
  readonly users: readonly [
    { user: { "client-certificate-data": string; "client-key-data": string } },
  ];
}

/** Address and credentials of a kubeconfig that `kubeconfigOf` made: certificates inside, one context. */
export function connectionOf(kubeconfig: string) {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const { cluster } = clusters[0];
  const { user } = users[0];
  return {
    server: cluster.server,
    caData: cluster["certificate-authority-data"],
    certData: user["client-certificate-data"],
    keyData: user["client-key-data"],
  };
}

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

/** Deletes an object; one that is not there is no error. */
export async function deleteObject(kubeconfig: string, object: Manifest): Promise<void> {
  try {
    await send(kubeconfig, "DELETE", await objectPath(kubeconfig, object));
  } catch (error) {
    if ((error as KubeError).code !== 404) throw error;
  }
}

/** POST of an object to a path, as subresources such as `eviction` want it. */
export async function kubePost(kubeconfig: string, path: string, object: object): Promise<void> {
  await send(kubeconfig, "POST", path, object);
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

function send(
  kubeconfig: string,
  method: string,
  path: string,
  body?: object,
  contentType = "application/json",
  timeoutMs = 30_000,
): Promise<string> {
  const { server, caData, certData, keyData } = connectionOf(kubeconfig);
  const options: https.RequestOptions = {
    method,
    ca: Buffer.from(caData, "base64"),
    cert: Buffer.from(certData, "base64"),
    key: Buffer.from(keyData, "base64"),
    timeout: timeoutMs,
    agent,
    headers: body === undefined ? {} : { "content-type": contentType },
  };
  return new Promise((resolve, reject) => {
    const request = https.request(`${server}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const code = response.statusCode ?? 0;
        if (code < 300) resolve(text);
        else reject(new KubeError(`${method} ${path}: ${code} ${messageOf(text)}`, code));
      });
    });
    request.on("timeout", () =>
      request.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
    );
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The API server says what is wrong in a Status object. */
function messageOf(text: string): string {
  const status = parseBody<{ message?: string }>(text);
  return (status.message ?? text).slice(0, 500);
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

function parseBody<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
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
