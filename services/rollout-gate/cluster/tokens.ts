import { tokenSecretName } from "../../../infra/components/rollouts/manifests/rolloutGate";
import { record } from "../../../infra/plan/kubeObject";
import type { KubeClient } from "../../../infra/kube/client";
import { corePath } from "./paths";

/**
 * Ensures that a namespace's Secret contains its token: an analysis that does not find it ends with an error, which aborts the
 * rollout.
 * @throws if that could not be ensured.
 */
export async function ensureToken(
  api: KubeClient,
  namespace: string,
  token: string,
): Promise<void> {
  const collection = corePath(namespace, "secrets");
  const found = await api.find(`${collection}/${tokenSecretName}`);
  const data = { token: Buffer.from(token).toString("base64") };
  if (record(record(found)["data"])["token"] === data.token) return;
  const metadata = { name: tokenSecretName, namespace };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data };
  await api.patchOrCreate(collection, secret, { data });
}
