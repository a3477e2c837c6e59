import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  applyObjects,
  connectionOf,
  deleteObject,
  kubeconfigOf,
  KubeError,
  kubeGet,
  kubePost,
  waitFor,
} from "../../../infra/kube/kube";
import { discovery, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", namespace: "space" } };
const query = "?fieldManager=meridian&force=true";

describe("Functions by a kubeconfig", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let kubeconfig: string;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, () => undefined);
    kubeconfig = kubeconfigOf("test", server.url, folder.dir);
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.answer(({ method, url }) => (method === "GET" ? discovery[url] : {}));
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  it("reads back the connection that it wrote into a kubeconfig", () => {
    const pem = (file: string) => fs.readFileSync(path.join(folder.dir, file), "utf8");
    assert.deepEqual(connectionOf(kubeconfigOf("a", "https://127.0.0.1:1", folder.dir)), {
      server: "https://127.0.0.1:1",
      ca: pem("ca.crt"),
      certificate: pem("admin.crt"),
      key: pem("admin.key"),
    });
    assert.match(kubeconfig, /^current-context: test$/m);
  });

  it("applies each object at the path that discovery gives, as the administrator, in order", async () => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" } };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } };
    const app = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace: "space" },
      spec: { "x-unknown": [1, { deep: true }] },
    };
    await applyObjects(kubeconfig, [map, node, pod, app]);
    assert.deepEqual(server.lines, [
      "GET /api/v1",
      `PATCH /api/v1/namespaces/space/configmaps/one${query}`,
      "GET /api/v1",
      `PATCH /api/v1/nodes/n${query}`,
      "GET /api/v1",
      `PATCH /api/v1/namespaces/default/pods/p${query}`,
      "GET /apis/apps/v1",
      `PATCH /apis/apps/v1/namespaces/space/deployments/d${query}`,
    ]);
    const patches = server.asked.filter(({ method }) => method === "PATCH");
    assert.deepEqual(
      patches.map(({ body }) => body),
      [map, node, pod, app],
    );
    for (const { contentType, client } of patches) {
      assert.equal(contentType, "application/apply-patch+yaml");
      assert.equal(client, "admin");
    }
  });

  it("tries an apply again while the server is not ready, or does not know the kind yet", async () => {
    const codes = [503, 404, 429, 500, 200];
    server.answer(({ method, url }) =>
      method === "GET" ? discovery[url] : { code: codes.shift() ?? 200 },
    );
    await applyObjects(kubeconfig, [map]);
    assert.deepEqual(codes, []);
    assert.equal(server.asked.filter(({ method }) => method === "PATCH").length, 5);
  });

  it("gives up at once on an object that is refused, and says why", async () => {
    server.answer(({ method, url }) =>
      method === "GET"
        ? discovery[url]
        : { code: 422, body: { kind: "Status", message: "spec.x: Invalid value" } },
    );
    await assert.rejects(applyObjects(kubeconfig, [map]), (error: unknown) => {
      assert.ok(error instanceof KubeError);
      assert.equal(error.code, 422);
      assert.equal(
        error.message,
        `PATCH /api/v1/namespaces/space/configmaps/one${query}: 422 spec.x: Invalid value`,
      );
      return true;
    });
    assert.equal(server.asked.length, 2);
  });

  it("deletes an object, and takes one that is gone, or whose kind is gone, for deleted", async () => {
    await deleteObject(kubeconfig, map);
    assert.deepEqual(server.lines, [
      "GET /api/v1",
      "DELETE /api/v1/namespaces/space/configmaps/one",
    ]);
    server.answer(({ method, url }) => (method === "GET" ? discovery[url] : { code: 404 }));
    await deleteObject(kubeconfig, map);
    await deleteObject(kubeconfig, { ...map, kind: "Unheard" });
    await deleteObject(kubeconfig, { ...map, apiVersion: "un.heard/v1" });
  });

  it("does not take a delete that is refused for done", async () => {
    server.answer(({ method, url }) =>
      method === "GET" ? discovery[url] : { code: 403, body: { message: "not you" } },
    );
    await assert.rejects(deleteObject(kubeconfig, map), /403 not you/);
  });

  it("posts subresources as JSON", async () => {
    await kubePost(kubeconfig, "/api/v1/namespaces/s/pods/p/eviction", { kind: "Eviction" });
    assert.deepEqual(server.asked, [
      {
        method: "POST",
        url: "/api/v1/namespaces/s/pods/p/eviction",
        contentType: "application/json",
        body: { kind: "Eviction" },
        client: "admin",
      },
    ]);
  });

  it("gets JSON as what it is, and text as text", async () => {
    server.answer(({ url }) => (url === "/json" ? { body: { a: 1 } } : { body: "ok" }));
    assert.deepEqual(await kubeGet(kubeconfig, "/json"), { a: 1 });
    assert.equal(await kubeGet(kubeconfig, "/readyz"), "ok");
  });

  it("reports an answer that is no Status by its text, cut short", async () => {
    server.answer(() => ({ code: 500, body: "x".repeat(2000) }));
    await assert.rejects(kubeGet(kubeconfig, "/readyz"), {
      message: `GET /readyz: 500 ${"x".repeat(500)}`,
      code: 500,
    });
  });

  it("does not wait for ever for an answer", async () => {
    server.answer(() => ({ silent: true }));
    await assert.rejects(kubeGet(kubeconfig, "/readyz", 100), /GET \/readyz: no answer in 100 ms/);
  });

  it("does not wait for the rest of an answer that was cut off", async () => {
    server.answer(() => ({ cut: true }));
    await assert.rejects(kubeGet(kubeconfig, "/readyz"), /aborted|ECONNRESET/);
  });

  it("talks to no server of another authority", async () => {
    const other = makeFolder();
    try {
      await writePki(other.dir);
      const wrong = kubeconfigOf("test", server.url, other.dir);
      await assert.rejects(kubeGet(wrong, "/readyz"), /certificate|signature|alert/i);
      assert.deepEqual(server.asked, []);
    } finally {
      other.remove();
    }
  });
});

describe("waitFor", () => {
  it("ends with the first check that passes; false and an error are no pass", async () => {
    const answers = [false, new Error("not you"), undefined, true];
    let asked = 0;
    await waitFor("it", 5, () => {
      const answer = answers[asked++];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    });
    assert.equal(asked, 3);
  });

  it("says in the end what it waited for, how long, and the last error", async () => {
    const fails = () => Promise.reject(new Error("refused"));
    await assert.rejects(waitFor("The cluster", 0.1, fails), {
      message: "The cluster: not within 0.1 s (refused)",
    });
    await assert.rejects(
      waitFor("The cluster", 0.1, () => Promise.resolve(false)),
      { message: "The cluster: not within 0.1 s (not yet)" },
    );
  });
});
