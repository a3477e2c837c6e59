import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { handlers } from "../../../infra/provider/registry";
import { reachable } from "../../../infra/provider/handlers/reachable";
import { FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

describe("Reachable", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let kubeconfig: string;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, () => undefined);
    kubeconfig = kubeconfigOf("test", server.url, folder.dir);
  });
  beforeEach(() => (server.asked.length = 0));
  after(() => {
    server.stop();
    folder.remove();
  });

  /** Refuses so many times, then says that it is ready. */
  const readyAfter = (refusals: number) => {
    server.answer(() => (refusals-- > 0 ? { code: 503 } : { body: "ok" }));
  };

  it("is one of the provider's types", () => {
    assert.equal(handlers["meridian:index:Reachable"], reachable);
  });

  it("waits until the API server is ready, when it is made and when its address changes", async () => {
    readyAfter(2);
    const inputs = { kubeconfig, seconds: 10 };
    assert.deepEqual(await reachable.create(inputs), { id: "reachable", outputs: {} });
    assert.deepEqual(server.lines, Array(3).fill("GET /readyz"));
    readyAfter(1);
    await reachable.update("reachable", inputs, inputs);
    assert.equal(server.lines.length, 5);
    assert.deepEqual(reachable.replaceOn, []);
  });

  it("says what did not answer", async () => {
    readyAfter(1000);
    await assert.rejects(
      reachable.create({ kubeconfig, seconds: 0.2 }),
      /^Error: The API server's answer: not within 0\.2 s \(GET \/readyz: 503/,
    );
  });

  it("has nothing to take away", async () => {
    await reachable.delete("reachable", { kubeconfig, seconds: 1 });
    assert.deepEqual(server.lines, []);
  });
});
