import * as assert from "node:assert/strict";
import { rebalance } from "../../../infra/components/federation/handlers/membership";
import { karmadaPaths } from "../../../infra/components/federation/karmadaApi";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const { clusters, works, bindings } = karmadaPaths;
const longAgo = "2026-01-01T00:00:00Z";

/** Milliseconds after the start between which Karmada takes the region for lost: it notices late. */
const [lostAt, backAt] = [300, 1200];

describe("A rebalance", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let start: number;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, ({ url }) => {
      if (url === clusters) return { body: { items: [region()] } };
      return url === works || url === bindings ? { body: { items: [] } } : undefined;
    });
  });
  beforeEach(() => {
    server.asked.length = 0;
    start = performance.now();
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  const region = () => {
    const age = performance.now() - start;
    const status = age > lostAt && age < backAt ? "False" : "True";
    const conditions = [{ type: "Ready", status, lastTransitionTime: longAgo }];
    return { metadata: { name: "a", creationTimestamp: longAgo }, status: { conditions } };
  };

  const run = async (noticeSeconds: number) => {
    assert.equal(
      await rebalance(kubeconfigOf("test", server.url, folder.dir), "r", noticeSeconds),
      0,
    );
    return performance.now() - start;
  };

  it("moves nothing to a region whose loss the federation has not noticed yet", async () => {
    const took = await run(0.6);
    assert.ok(took > backAt, `${took} ms`);
    const firstMove = server.asked.findIndex(({ url }) => url === bindings);
    assert.ok(server.asked.slice(0, firstMove).some(({ url }) => url === clusters));
  });

  it("waits no longer than that where every region is available", async () => {
    start -= 2 * backAt;
    const took = (await run(0.2)) - 2 * backAt;
    assert.ok(took >= 200, `${took} ms`);
  });
});
