import { record } from "../../../infra/plan/kubeObject";
import type { ApiConnection } from "../../../infra/kube/apiConnection";
import type { Keeper } from "../flags/memory";
import { ask, patchOrCreate, type Question, Refused } from "./api";
import { corePath } from "./paths";

/** Key of the ConfigMap. */
const key = "memory.json";

/** Keeps a text in a ConfigMap, where a pod may start on any node and no disk follows it. */
export function configMapKeeper(
  api: ApiConnection,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Keeper {
  const collection = corePath(namespace, "configmaps");
  return {
    place: `ConfigMap ${namespace}/${name}`,
    read: async () => {
      const question: Question = {
        method: "GET",
        path: `${collection}/${encodeURIComponent(name)}`,
      };
      const { code, body } = await ask(api, question);
      if (code === 404) return undefined;
      if (code >= 300) throw new Refused(question, code, body);
      const text = record(record(body)["data"])[key];
      return typeof text === "string" ? text : undefined;
    },
    write: async (text) => {
      const data = { [key]: text };
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
      await patchOrCreate(api, collection, object, { data });
    },
  };
}
