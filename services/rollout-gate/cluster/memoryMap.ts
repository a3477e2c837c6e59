import { record } from "../../../infra/plan/kubeObject";
import type { KubeClient } from "../../../infra/kube/client";
import type { Keeper } from "../flags/memory";
import { corePath } from "./paths";

/** Key of the ConfigMap. */
const key = "memory.json";

/** Stores a text in a ConfigMap, for pods that may start on any node without a disk that follows them. */
export function configMapKeeper(
  api: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Keeper {
  const collection = corePath(namespace, "configmaps");
  return {
    place: `ConfigMap ${namespace}/${name}`,
    read: async () => {
      const found = await api.find(`${collection}/${encodeURIComponent(name)}`);
      const text = record(record(found)["data"])[key];
      return typeof text === "string" ? text : undefined;
    },
    write: async (text) => {
      const data = { [key]: text };
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
      await api.patchOrCreate(collection, object, { data });
    },
  };
}
