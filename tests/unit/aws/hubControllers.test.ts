import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { hubAnswers, pauseHub, resumeHub } from "../../../operations/aws/hubControllers";
import { type Answer, type Asked, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

interface Workload {
  metadata: { annotations?: Record<string, string> };
  spec: { replicas: number };
  status: { replicas: number };
}

const manager = "/apis/apps/v1/namespaces/karmada-system/deployments/karmada-controller-manager";
const argocd = "/apis/apps/v1/namespaces/argocd/statefulsets/argocd-application-controller";

describe("What acts on a hub", () => {
  const folder = makeFolder();
  const store = new Map<string, Workload>();
  let server: FakeApiServer;
  let kubeconfig: string;

  before(async () => {
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, answer);
    kubeconfig = kubeconfigOf("hub", server.url, folder.dir);
  });
  beforeEach(() => {
    store.clear();
    server.asked.length = 0;
    // No scheduler is there: a hub may be half made.
    for (const [path, replicas] of [
      [manager, 2],
      [argocd, 1],
    ] as const)
      store.set(path, { metadata: {}, spec: { replicas }, status: { replicas } });
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  function answer({ method, url, body }: Asked): Answer | undefined {
    if (url === "/version") return { body: {} };
    if (url === "/apis/apps/v1") {
      const kinds = ["Deployment", "StatefulSet"];
      const resources = kinds.map((kind) => ({
        kind,
        name: `${kind.toLowerCase()}s`,
        namespaced: true,
      }));
      return { body: { resources } };
    }
    const path = url.split("?")[0] ?? "";
    const found = store.get(path);
    if (found === undefined) return undefined;
    if (method === "PATCH") {
      const { metadata, spec } = body as Workload;
      const { annotations } = metadata;
      store.set(path, {
        metadata: annotations === undefined ? {} : { annotations },
        spec,
        status: spec,
      });
    }
    return { body: store.get(path) };
  }
  const counts = () => [manager, argocd].map((path) => store.get(path)?.spec.replicas);

  it("is silenced, also where some of it is not there, and acts again as before", async () => {
    await pauseHub(kubeconfig);
    assert.deepEqual(counts(), [0, 0]);
    await pauseHub(kubeconfig);
    await resumeHub(kubeconfig);
    assert.deepEqual(counts(), [2, 1]);
  });

  it("is left as it is by a waking, unless it was silenced", async () => {
    await resumeHub(kubeconfig);
    assert.deepEqual(counts(), [2, 1]);
    assert.ok(server.asked.every(({ method }) => method === "GET"));
  });

  it("answers or not; one that cannot be asked is an error", async () => {
    assert.equal(await hubAnswers(kubeconfig), true);
    const nobody = kubeconfigOf("hub", "https://127.0.0.1:1", folder.dir);
    assert.equal(await hubAnswers(nobody), false);
    const user =
      '[{"name":"hub","user":{"exec":{"apiVersion":"client.authentication.k8s.io/v1beta1","command":"no-such-command"}}}]';
    const without = kubeconfig.replace(/users:[\s\S]*$/, `users: ${user}\n`);
    await assert.rejects(hubAnswers(without), /no-such-command/);
  });
});
