import { tokenSecretName } from "../../../infra/components/rollouts/manifests/rolloutGate";
import { record } from "../../../infra/plan/kubeObject";
import type { ApiConnection } from "../../../infra/kube/apiConnection";
import { ask, demand, patchOrCreate, Refused, type Question } from "./api";
import { corePath } from "./paths";

/**
 * Sees to it that a namespace has its token in its Secret: an analysis that does not find it ends with an error, and that
 * aborts the rollout.
 * @throws when that is not known to be so.
 */
export async function ensureToken(
  api: ApiConnection,
  namespace: string,
  token: string,
): Promise<void> {
  const collection = corePath(namespace, "secrets");
  const question: Question = { method: "GET", path: `${collection}/${tokenSecretName}` };
  const { code, body } = await ask(api, question);
  if (code >= 300 && code !== 404) throw new Refused(question, code, body);
  const data = { token: Buffer.from(token).toString("base64") };
  if (code < 300) {
    if (record(record(body)["data"])["token"] === data.token) return;
    await demand(api, { method: "PATCH", path: question.path, body: { data } });
    return;
  }
  const metadata = { name: tokenSecretName, namespace };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data };
  await patchOrCreate(api, collection, secret, { data });
}
