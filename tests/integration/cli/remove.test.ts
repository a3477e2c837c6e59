import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { finishDocument, startDocument } from "../../../cli/documents/output";
import { removeSchema } from "../../../cli/documents/schemas";
import { removeApp, type RemovalClusters } from "../../../cli/remove";
import type { Asking } from "../../../cli/changing";
import { CommandError } from "../../../operations/errors";
import type { ApplicationResource } from "../../../operations/status/model";
import { type Answer, type Asked, FakeApiServer } from "../../support/apiServer";
import { contextOf } from "../../support/context";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";
import { printed } from "../../support/printed";

const root = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";
const approval = "argocd.argoproj.io/deletion-approved";
const refresh = "argocd.argoproj.io/refresh";

interface Stored {
  annotations: Record<string, string>;
  deletionTimestamp?: string;
  resources: ApplicationResource[];
  conditions: { message: string }[];
  operationState?: { phase: string; startedAt: string };
}

/** As much of Argo CD, the federation and a region as a removal sees of them, on one server. */
describe("meridian remove", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let clusters: RemovalClusters;
  let app: Stored | undefined;
  let namespace: boolean;

  const gone = [{ message: "apps/cart/overlays/local: app path does not exist" }];
  const claim = { kind: "PersistentVolumeClaim", name: "data", requiresDeletionConfirmation: true };
  /** One that waits in vain ends before the test's own limit, which would leave its output captured. */
  const run = (options: { yes: boolean; data?: string }, signal = AbortSignal.timeout(1700)) =>
    printed(() => removeApp("cart", clusters, options, contextOf(signal)));
  const writes = () =>
    server.asked
      .filter(({ method }) => method !== "GET")
      .filter(({ body }) => !JSON.stringify(body ?? "").includes(refresh))
      .map(({ method, url }) => `${method} ${url}`);

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, world);
    const kubeconfig = kubeconfigOf("test", server.url, folder.dir);
    clusters = { hub: kubeconfig, federation: kubeconfig, regions: { "eu-west-1": kubeconfig } };
  });
  beforeEach(() => {
    server.asked.length = 0;
    namespace = true;
    app = { annotations: {}, resources: [{ kind: "Service", name: "cart" }], conditions: gone };
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  function world({ method, url, body }: Asked): Answer | undefined {
    if (url === root) return { body: { items: [{ metadata: { name: "blog" } }] } };
    if (url === "/api/v1/namespaces/cart") return namespace ? { body: {} } : undefined;
    if (url.endsWith("/persistentvolumeclaims")) return { body: { items: [] } };
    if (url !== `${root}/cart` || app === undefined) return undefined;
    if (method === "PATCH") patch(app, body);
    if (method === "DELETE") app.deletionTimestamp = "2030-01-01T00:00:00Z";
    const { annotations, deletionTimestamp, ...status } = app;
    const answer = { body: { metadata: { name: "cart", annotations, deletionTimestamp }, status } };
    controllers();
    return answer;
  }

  function patch(stored: Stored, body: unknown): void {
    const { metadata, operation } = body as { metadata?: Stored; operation?: object };
    stored.annotations = { ...stored.annotations, ...metadata?.annotations };
    if (operation !== undefined)
      stored.operationState = { phase: "Running", startedAt: "2030-02-02T00:00:00Z" };
  }

  /** What Argo CD and Karmada do by themselves, after each look. */
  function controllers(): void {
    if (app === undefined) return;
    delete app.annotations[refresh];
    const approved = app.annotations[approval] ?? "";
    const asks = app.resources.some((one) => one.requiresDeletionConfirmation);
    if (app.deletionTimestamp !== undefined && (!asks || approved >= app.deletionTimestamp)) {
      app = undefined;
      namespace = false;
    } else if (app.operationState && approved >= app.operationState.startedAt) {
      app.resources = app.resources.filter((one) => one.requiresPruning !== true);
    }
  }

  it("deletes the Application of an app without data after a yes, and waits until it is gone", async () => {
    const lines = await run({ yes: true });
    assert.deepEqual(writes(), [`DELETE ${root}/cart`]);
    assert.match(lines, /cart is removed from 1 regions.*\n.*1 Service: cart/);
    assert.match(lines, /gone from every region/);
  });

  it("has a document with --json: the objects, and the data that is deleted with them", async () => {
    app?.resources.push(claim);
    const text = await printed(async () => {
      startDocument("remove", "test");
      const context = contextOf(AbortSignal.timeout(1700));
      await removeApp("cart", clusters, { yes: true, data: "cart" }, context);
      finishDocument();
    });
    const {
      app: name,
      removed,
      objects,
      silentRegions,
    } = removeSchema.parse(
      // `printed` also has what a person reads.
      JSON.parse(text.slice(text.indexOf("{\n"))),
    );
    assert.deepEqual([name, removed, silentRegions], ["cart", "app", []]);
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      ["Service", "PersistentVolumeClaim"],
    );
  });

  it("has Argo CD look at git first", async () => {
    await run({ yes: true });
    const [first, second] = server.asked;
    assert.equal(first?.method, "GET");
    assert.deepEqual(second?.body, { metadata: { annotations: { [refresh]: "normal" } } });
    assert.equal(second?.contentType, "application/merge-patch+json");
  });

  it("changes nothing of an app that is still delivered", async () => {
    assert.ok(app);
    app.conditions = [];
    await assert.rejects(run({ yes: true, data: "cart" }), /still in what is delivered/);
    assert.deepEqual(writes(), []);
  });

  it("changes nothing without a yes, where nobody can be asked", async () => {
    await assert.rejects(run({ yes: false }), /Add --yes to remove it/);
    assert.deepEqual(writes(), []);
  });

  it("describes what it removes, so that a change while a person is asked is noticed", async () => {
    const states: string[] = [];
    const asking: Asking = async (_question, state) => {
      states.push(await state(), await state());
      app?.resources.push(claim);
      states.push(await state());
      throw new CommandError("changed meanwhile");
    };
    const context = contextOf(AbortSignal.timeout(1700));
    await printed(() =>
      assert.rejects(removeApp("cart", clusters, { yes: false }, context, asking), /meanwhile/),
    );
    assert.equal(states[0], states[1]);
    assert.notEqual(states[1], states[2]);
    assert.deepEqual(writes(), []);
  });

  it("changes nothing with data unless the app is named again", async () => {
    app?.resources.push(claim);
    await assert.rejects(run({ yes: true }), /Add --yes --data cart/);
    await assert.rejects(run({ yes: false, data: "cart" }), /Add --yes --data cart/);
    await assert.rejects(run({ yes: true, data: "other" }), /Add --yes --data cart/);
    assert.deepEqual(writes(), []);
  });

  it("confirms the deletion of data, by a time that counts with the cluster's clock ahead", async () => {
    app?.resources.push(claim);
    await run({ yes: true, data: "cart" });
    assert.deepEqual(writes(), [`DELETE ${root}/cart`, `PATCH ${root}/cart`]);
    const { body } = server.asked.filter(({ method }) => method === "PATCH").at(-1) ?? {};
    assert.deepEqual(body, { metadata: { annotations: { [approval]: "2030-01-01T00:00:00Z" } } });
  });

  it("goes on where a run was cut short before it had confirmed", async () => {
    assert.ok(app);
    app.resources.push(claim);
    app.deletionTimestamp = "2030-01-01T00:00:00Z";
    await run({ yes: true, data: "cart" });
    assert.deepEqual(writes(), [`PATCH ${root}/cart`]);
  });

  it("goes on where a run was cut short while it waited for the regions", async () => {
    app = undefined;
    setTimeout(() => (namespace = false), 100);
    assert.match(await run({ yes: false }), /gone from every region/);
    assert.deepEqual(writes(), []);
  });

  it("tells which apps there are instead of one that there is not", async () => {
    app = undefined;
    namespace = false;
    await assert.rejects(run({ yes: true }), /There is no app cart here. There are: blog./);
  });

  it("does not wait for a region that does not answer, and says so", async () => {
    const dead = clusters.hub.replace(server.url, "https://127.0.0.1:1");
    clusters = { ...clusters, regions: { ...clusters.regions, "us-east-1": dead } };
    const lines = await run({ yes: true });
    assert.match(lines, /What us-east-1 has of it goes when it is back/);
  });

  it("stops when it is interrupted", async () => {
    app?.resources.push(claim);
    await assert.rejects(run({ yes: true, data: "cart" }, AbortSignal.abort()), {
      name: "AbortError",
    });
    assert.deepEqual(writes(), []);
  });

  describe("of an app that stays", () => {
    beforeEach(() => {
      assert.ok(app);
      app.conditions = [];
      app.resources.push({ ...claim, requiresPruning: true });
    });

    it("confirms what its sync waits for, and deletes no Application", async () => {
      assert.ok(app);
      app.operationState = { phase: "Running", startedAt: "2030-02-02T00:00:00Z" };
      await run({ yes: true, data: "cart" });
      assert.deepEqual(writes(), [`PATCH ${root}/cart`]);
      assert.equal(app.annotations[approval], "2030-02-02T00:00:00Z");
      assert.deepEqual(app.resources, [{ kind: "Service", name: "cart" }]);
    });

    it("begins a sync anew that has given up waiting", async () => {
      assert.ok(app);
      app.operationState = { phase: "Failed", startedAt: "2029-01-01T00:00:00Z" };
      app.annotations[approval] = "2028-01-01T00:00:00Z";
      await run({ yes: true, data: "cart" });
      assert.deepEqual(writes(), [`PATCH ${root}/cart`, `PATCH ${root}/cart`]);
      assert.deepEqual(app.resources, [{ kind: "Service", name: "cart" }]);
    });

    it("wants the app's name all the same", async () => {
      await assert.rejects(run({ yes: true }), /Add --yes --data cart/);
      assert.deepEqual(writes(), []);
    });
  });
});
