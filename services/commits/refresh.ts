import { setTimeout as sleep } from "node:timers/promises";
import { argocdNamespace } from "../../infra/components/delivery/manifests/argocd";
import { type KubeObject, apiGet, apiRequest } from "../../infra/kube/follow";
import type { CommitsConfig } from "./config";

/** What Argo CD looks at anew when an object has the annotation, which it takes away again. */
const asked = [
  // ApplicationSets first: an app that is new has no Application yet.
  {
    plural: "applicationsets",
    annotation: "argocd.argoproj.io/application-set-refresh",
    value: "true",
  },
  { plural: "applications", annotation: "argocd.argoproj.io/refresh", value: "normal" },
] as const;

const tries = 5;

/**
 * Asks Argo CD to look at the repository now.
 * @throws when the API server answers none of five tries, a second apart: Argo CD's own polling finds the commit then.
 */
export async function refresh(api: CommitsConfig["api"]): Promise<void> {
  for (let left = tries; ; left--) {
    try {
      for (const kind of asked) await refreshKind(api, kind);
      return;
    } catch (error) {
      if (left === 1) throw error;
      await sleep(1000);
    }
  }
}

async function refreshKind(api: CommitsConfig["api"], kind: (typeof asked)[number]): Promise<void> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${argocdNamespace}/${kind.plural}`;
  const list = JSON.parse(await apiGet(api, path)) as { items: readonly KubeObject[] };
  const annotations = { [kind.annotation]: kind.value };
  await Promise.all(
    list.items.map(({ metadata }) =>
      patch(api, `${path}/${metadata.name}`, { metadata: { annotations } }),
    ),
  );
}

/** A merge patch. One that is gone meanwhile needs none. */
function patch(api: CommitsConfig["api"], path: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/merge-patch+json" };
    const request = apiRequest(api, { method: "PATCH", path, headers, timeout: 5000 });
    request.on("timeout", () => request.destroy(new Error("no answer in 5000 ms")));
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      const code = response.statusCode ?? 500;
      if (code < 300 || code === 404) resolve();
      else reject(new Error(`PATCH ${path}: ${code}`));
    });
    request.end(JSON.stringify(body));
  });
}
