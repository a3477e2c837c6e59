import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { retryWorks, staleWorks } from "../../../operations/staleWorks";
import { FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const now = Date.parse("2026-01-01T00:01:00Z");
const at = (secondsAgo: number) => new Date(now - secondsAgo * 1000).toISOString();

const cluster = (name: string, status: string, secondsAgo: number) => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status, lastTransitionTime: at(secondsAgo) }] },
});

const work = (
  region: string,
  name: string,
  applied: string,
  secondsAgo: number,
  spec: object = { suspendDispatching: false },
) => ({
  metadata: { namespace: `karmada-es-${region}`, name },
  spec,
  status: {
    conditions: [
      { type: "Dispatching", status: "False", lastTransitionTime: at(600) },
      { type: "Applied", status: applied, lastTransitionTime: at(secondsAgo) },
    ],
  },
});

describe("Works that Karmada gave up", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let kubeconfig: string;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, () => undefined);
    kubeconfig = kubeconfigOf("test", server.url, folder.dir);
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  it("are those marked as failed for longer than a try takes, in regions that are there", async () => {
    const clusters = [
      cluster("here", "True", 60),
      cluster("back", "True", 5),
      cluster("lost", "False", 60),
    ];
    const works = [
      work("here", "stale", "False", 11),
      work("here", "fresh", "False", 9),
      work("here", "applied", "True", 60),
      work("back", "not-yet-tried", "False", 60),
      work("lost", "unreachable", "False", 60),
      work("here", "suspended", "False", 60, { suspendDispatching: true }),
      { metadata: { namespace: "karmada-es-here", name: "new" } },
    ];
    server.answer(({ url }) => ({ body: { items: url.endsWith("/works") ? works : clusters } }));
    const found = await staleWorks(kubeconfig, now);
    assert.deepEqual(
      found.map(({ name }) => name),
      ["here/stale"],
    );
  });

  it("are changed without a change of meaning, each time, so that Karmada applies them again", async () => {
    const spec = { suspendDispatching: false };
    const works = [work("here", "one", "False", 60, spec), work("here", "two", "False", 60, {})];
    server.answer(({ method, url }) => ({
      body:
        method === "PATCH"
          ? {}
          : { items: url.endsWith("/works") ? works : [cluster("here", "True", 60)] },
    }));
    const from = server.asked.length;
    await retryWorks(kubeconfig, await staleWorks(kubeconfig, now));
    const patches = server.asked.slice(from).filter(({ method }) => method === "PATCH");
    const path = "/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-here/works";
    assert.deepEqual(
      patches.map(({ url, contentType, body }) => [url, contentType, body]),
      [
        [`${path}/one`, "application/merge-patch+json", { spec: { suspendDispatching: null } }],
        [`${path}/two`, "application/merge-patch+json", { spec: { suspendDispatching: false } }],
      ],
    );
  });
});
