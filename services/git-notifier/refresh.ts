import { setTimeout as sleep } from "node:timers/promises";
import { argocdNamespace } from "../../infra/components/delivery/names";
import type { KubeClient } from "../../infra/kube/client";
import type { KubeObject } from "../../infra/kube/watch";

/** Kinds that Argo CD refreshes when an object has the annotation, which it then removes. */
const refreshes = [
  // ApplicationSets first: a new app has no Application yet.
  {
    plural: "applicationsets",
    annotation: "argocd.argoproj.io/application-set-refresh",
    value: "true",
  },
  { plural: "applications", annotation: "argocd.argoproj.io/refresh", value: "normal" },
] as const;

/** An object that was asked for a refresh while it had not finished the one before. */
export interface Pending {
  readonly path: string;
  readonly annotation: string;
  readonly value: string;
}

const tries = 5;

/**
 * Requests a refresh of the repository from Argo CD.
 * @returns the objects that still had the annotation of an earlier request: see `repeat`.
 * @throws if the API server responds to none of five attempts, a second apart: Argo CD's own polling then finds the commit.
 */
export async function refresh(client: KubeClient): Promise<Pending[]> {
  for (let left = tries; ; left--) {
    try {
      const pending: Pending[] = [];
      for (const kind of refreshes) pending.push(...(await refreshKind(client, kind)));
      return pending;
    } catch (error) {
      if (left === 1) throw error;
      await sleep(1000);
    }
  }
}

/** Milliseconds between two reads of pending objects, and for how long they are read: Argo CD's own polling finds the commit later. */
export const repeatEveryMs = 500;
const repeatForMs = 60_000;

/**
 * Requests the refresh of pending objects again, each when its earlier one has ended. Argo CD removes the annotation at the end of a
 * refresh, and with it a request that was made meanwhile: it may have read the repository before the commit.
 */
export async function repeat(client: KubeClient, pending: readonly Pending[]): Promise<void> {
  const deadline = Date.now() + repeatForMs;
  for (let left = pending; left.length > 0 && Date.now() < deadline;) {
    await sleep(repeatEveryMs);
    const ended = await Promise.all(left.map((one) => hasEnded(client, one)));
    await Promise.all(left.filter((_, index) => ended[index]).map((one) => request(client, one)));
    left = left.filter((_, index) => !ended[index]);
  }
}

async function hasEnded(client: KubeClient, { path, annotation }: Pending): Promise<boolean> {
  const object = await client.find<KubeObject>(path);
  return object?.metadata.annotations?.[annotation] === undefined;
}

async function request(client: KubeClient, { path, annotation, value }: Pending): Promise<void> {
  await client.patchIfPresent(path, { metadata: { annotations: { [annotation]: value } } });
}

async function refreshKind(
  client: KubeClient,
  { plural, annotation, value }: (typeof refreshes)[number],
): Promise<Pending[]> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${argocdNamespace}/${plural}`;
  const list = await client.get<{ items: readonly KubeObject[] }>(path);
  const found = list.items.map(({ metadata }) => ({
    isPending: metadata.annotations?.[annotation] !== undefined,
    one: { path: `${path}/${metadata.name}`, annotation, value },
  }));
  await Promise.all(found.map(({ one }) => request(client, one)));
  return found.flatMap(({ isPending, one }) => (isPending ? one : []));
}
