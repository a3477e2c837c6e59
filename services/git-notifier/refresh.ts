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

const tries = 5;

/**
 * Requests a refresh of the repository from Argo CD.
 * @throws if the API server responds to none of five attempts, a second apart: Argo CD's own polling then finds the commit.
 */
export async function refresh(client: KubeClient): Promise<void> {
  for (let left = tries; ; left--) {
    try {
      for (const kind of refreshes) await refreshKind(client, kind);
      return;
    } catch (error) {
      if (left === 1) throw error;
      await sleep(1000);
    }
  }
}

async function refreshKind(client: KubeClient, kind: (typeof refreshes)[number]): Promise<void> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${argocdNamespace}/${kind.plural}`;
  const list = await client.get<{ items: readonly KubeObject[] }>(path);
  const annotations = { [kind.annotation]: kind.value };
  await Promise.all(
    list.items.map(({ metadata }) =>
      client.patchIfPresent(`${path}/${metadata.name}`, { metadata: { annotations } }),
    ),
  );
}
