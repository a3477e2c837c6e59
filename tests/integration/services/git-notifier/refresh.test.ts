import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { KubeClient } from "../../../../infra/kube/client";
import { refresh, repeat } from "../../../../services/git-notifier/refresh";
import { FakeApiServer } from "../../../support/apiServer";
import { makeFolder } from "../../../support/folder";
import { writePki } from "../../../support/pki";

const root = "/apis/argoproj.io/v1alpha1/namespaces/argocd";

const items = (...names: string[]) => ({
  body: { items: names.map((name) => ({ metadata: { name } })) },
});

describe("Asking Argo CD to look", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let client: KubeClient;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, () => undefined, { anonymous: true });
    const ca = fs.readFileSync(path.join(folder.dir, "ca.crt"), "utf8");
    client = new KubeClient({ server: server.url, ca, token: "token" });
  });
  beforeEach(() => (server.asked.length = 0));
  after(() => {
    server.stop();
    folder.remove();
  });

  it("asks every ApplicationSet, then every Application, by the annotations that it knows", async () => {
    server.answer(({ method, url }) => {
      if (method === "PATCH") return {};
      return url.endsWith("sets") ? items("shop") : items("bootstrap", "orders");
    });
    await refresh(client);
    assert.deepEqual(
      server.asked.map(({ method, url, body }) => [method, url, body]),
      [
        ["GET", `${root}/applicationsets`, undefined],
        [
          "PATCH",
          `${root}/applicationsets/shop`,
          { metadata: { annotations: { "argocd.argoproj.io/application-set-refresh": "true" } } },
        ],
        ["GET", `${root}/applications`, undefined],
        ...["bootstrap", "orders"].map((name) => [
          "PATCH",
          `${root}/applications/${name}`,
          { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } },
        ]),
      ],
    );
    const patches = server.asked.filter(({ method }) => method === "PATCH");
    assert.ok(patches.every(({ contentType }) => contentType === "application/merge-patch+json"));
  });

  it("passes over one that is gone meanwhile", async () => {
    server.answer(({ method }) => (method === "PATCH" ? { code: 404 } : items("gone")));
    await refresh(client);
    assert.equal(server.asked.length, 4);
  });

  it("tries again when the API server is away for a moment", async () => {
    let failures = 1;
    server.answer(({ method }) => {
      if (failures-- > 0) return { code: 503 };
      return method === "PATCH" ? {} : items("one");
    });
    await refresh(client);
    assert.equal(server.asked.length, 1 + 4);
  });

  it("asks again once an earlier refresh has ended, as that may have read the repository before the commit", async () => {
    const annotation = "argocd.argoproj.io/refresh";
    const busy = { metadata: { name: "busy", annotations: { [annotation]: "normal" } } };
    let reads = 0;
    server.answer(({ method, url }) => {
      if (method === "PATCH") return {};
      if (url.endsWith("sets")) return items();
      if (url.endsWith("applications"))
        return { body: { items: [busy, ...items("idle").body.items] } };
      // The refresh before ends between the first and the second read.
      reads += 1;
      return { body: reads === 1 ? busy : { metadata: { name: "busy" } } };
    });
    const pending = await refresh(client);
    assert.deepEqual(pending, [{ path: `${root}/applications/busy`, annotation, value: "normal" }]);
    server.asked.length = 0;
    await repeat(client, pending);
    assert.deepEqual(
      server.asked.map(({ method, url }) => [method, url]),
      [
        ["GET", `${root}/applications/busy`],
        ["GET", `${root}/applications/busy`],
        ["PATCH", `${root}/applications/busy`],
      ],
    );
  });
});
