import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../manifests/types";
import { hasCode, KubeClient, KubeError } from "./client";
import { connectionOf } from "./kubeconfig";

export { KubeError } from "./client";
export { certificateConnectionOf, connectionOf, kubeconfigOf } from "./kubeconfig";
export { waitFor } from "./waitFor";

const settings = { maxSockets: 16, timeoutMs: 30_000 };

/** Limit of cached clients. There are one or two kubeconfigs for each cluster. */
const maxClients = 100;

/** Clients by the kubeconfig's text. Parsing a kubeconfig and a TLS handshake take longer than most requests. */
const clients = new Map<string, KubeClient>();

/** The client of a kubeconfig. Clients are cached, and their connections reused. */
export function clientOf(kubeconfig: string): KubeClient {
  const cached = clients.get(kubeconfig);
  if (cached !== undefined) return cached;
  if (clients.size >= maxClients) clients.clear();
  const client = new KubeClient(connectionOf(kubeconfig), settings);
  clients.set(kubeconfig, client);
  return client;
}

/** Server-side apply of objects, in order. Takes over fields that another manager owns. */
export async function applyObjects(
  kubeconfig: string,
  objects: readonly Manifest[],
): Promise<void> {
  const client = clientOf(kubeconfig);
  for (const object of objects)
    await retry(async () => client.apply(await objectPath(client, object), object));
}

/** Deletes an object. An object that is absent, or whose kind is, is no error. */
export async function deleteObject(kubeconfig: string, object: Manifest): Promise<void> {
  const client = clientOf(kubeconfig);
  try {
    await client.delete(await objectPath(client, object));
  } catch (error) {
    if (!hasCode(error, 404)) throw error;
  }
}

/** `KubeClient.delete` by a kubeconfig. */
export async function kubeDelete(kubeconfig: string, path: string): Promise<void> {
  await clientOf(kubeconfig).delete(path);
}

/** `KubeClient.post` by a kubeconfig. */
export async function kubePost<T = void>(
  kubeconfig: string,
  path: string,
  object: object,
): Promise<T> {
  return clientOf(kubeconfig).post<T>(path, object);
}

/** `KubeClient.patch` by a kubeconfig. */
export async function kubePatch(kubeconfig: string, path: string, patch: object): Promise<void> {
  await clientOf(kubeconfig).patch(path, patch);
}

/** `KubeClient.get` by a kubeconfig. @param accept Media types of the response. Default: JSON. */
export async function kubeGet<T = unknown>(
  kubeconfig: string,
  path: string,
  timeoutMs = 5000,
  accept?: string,
): Promise<T> {
  return clientOf(kubeconfig).get<T>(path, { timeoutMs, ...(accept !== undefined && { accept }) });
}

interface ApiResources {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
}

/** The path of an object, by discovery. */
async function objectPath(client: KubeClient, object: Manifest): Promise<string> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await client.get<ApiResources>(root, { timeoutMs: 5000 });
  const found = resources.find((one) => one.kind === kind && !one.name.includes("/"));
  if (found === undefined)
    throw new KubeError(`The API server does not know ${apiVersion} ${kind}`, 404);
  const namespace = found.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  return `${root}${namespace}/${found.name}/${metadata.name}`;
}

/** Retries an action: an API server that has just started rejects some writes for a short time. */
async function retry(action: () => Promise<void>, tries = 40): Promise<void> {
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
