import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import {
  type ClearanceInputs,
  clearanceOf,
} from "../../../infra/provider/handlers/loadBalancerCleanup";
import { handlers } from "../../../infra/provider/registry";
import { type Asked, type Answer, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

interface Stored {
  readonly type?: string;
  readonly finalizers?: readonly string[];
  deletionTimestamp?: string;
}

describe("Clearance of a cluster", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let inputs: ClearanceInputs;
  let said: string[];
  /** Path of each object; an object with finalizers stays until `finish` is called. */
  let store: Map<string, Stored>;
  let volumes: object[];
  let hasGateways: boolean;

  const handler = clearanceOf((severity, message) => said.push(`${severity}: ${message}`));
  const services = "/api/v1/namespaces/shop/services";
  const ingress = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/front";
  const gateway = "/apis/gateway.networking.k8s.io/v1/namespaces/edge/gateways/public";

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, cluster);
  });
  beforeEach(() => {
    said = [];
    store = new Map();
    volumes = [];
    hasGateways = true;
    server.asked.length = 0;
    server.answer(cluster);
    inputs = {
      kubeconfig: kubeconfigOf("test", server.url, folder.dir),
      clusterName: "eu-west-1",
      timeoutSeconds: 3,
      unreachableSeconds: 0.1,
      goneIsFine: false,
    };
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  /** As much of a cluster as the handler asks for. */
  function cluster({ method, url }: Asked): Answer | undefined {
    if (url === "/version") return { body: {} };
    if (method === "DELETE") return deleted(url);
    if (url === "/api/v1/persistentvolumes") return { body: { items: volumes } };
    const [root, plural] = [url.slice(0, url.lastIndexOf("/")), url.split("/").at(-1)];
    if (plural === "gateways" && !hasGateways) return undefined;
    const items = [...store.entries()]
      .filter(([path]) => path.startsWith(`${root}/namespaces/`) && path.includes(`/${plural}/`))
      .map(([path, { type, finalizers, deletionTimestamp }]) => {
        const [namespace, , name] = path.split("/").slice(-3);
        return { metadata: { name, namespace, finalizers, deletionTimestamp }, spec: { type } };
      });
    return { body: { items } };
  }
  function deleted(url: string): Answer | undefined {
    const object = store.get(url);
    if (object === undefined) return undefined;
    if (object.finalizers === undefined) store.delete(url);
    else object.deletionTimestamp = "2026-01-01T00:00:00Z";
    return {};
  }
  const deletions = () => server.lines.filter((line) => line.startsWith("DELETE"));
  const clear = () => handler.delete("eu-west-1", inputs);

  it("is a type of the provider", () => {
    assert.ok("meridian:index:Clearance" in handlers);
    assert.deepEqual(handlers["meridian:index:Clearance"]?.replaceOn, []);
  });

  it("asks for nothing until it is deleted", async () => {
    const { id, outputs } = await handler.create(inputs);
    assert.deepEqual([id, outputs], ["eu-west-1", {}]);
    assert.deepEqual(await handler.update("eu-west-1", inputs, inputs), {});
    assert.deepEqual(server.asked, []);
  });

  it("removes services of type LoadBalancer, ingresses and gateways, and nothing else", async () => {
    store.set(`${services}/front`, { type: "LoadBalancer" });
    store.set(`${services}/inner`, { type: "ClusterIP" });
    store.set(ingress, {});
    store.set(gateway, {});
    await clear();
    assert.deepEqual(deletions().sort(), [
      `DELETE ${services}/front`,
      `DELETE ${gateway}`,
      `DELETE ${ingress}`,
    ]);
    assert.deepEqual([...store.keys()], [`${services}/inner`]);
  });

  it("is done at once where there is nothing, gateways unheard of included", async () => {
    hasGateways = false;
    await clear();
    assert.deepEqual(deletions(), []);
    assert.deepEqual(said, []);
  });

  it("waits for the controllers, asking each object to go once only", async () => {
    const finalizers = ["service.eks.amazonaws.com/resources"];
    store.set(`${services}/front`, { type: "LoadBalancer", finalizers });
    setTimeout(() => store.delete(`${services}/front`), 700);
    await clear();
    assert.deepEqual(deletions(), [`DELETE ${services}/front`]);
    assert.deepEqual(said, ["status: eu-west-1: waiting until these are gone: Service shop/front"]);
  });

  it("removes again what is brought back meanwhile", async () => {
    store.set(ingress, {});
    setTimeout(() => store.set(gateway, {}), 100);
    await clear();
    assert.deepEqual(deletions(), [`DELETE ${ingress}`, `DELETE ${gateway}`]);
  });

  it("fails in the end with all that is left, what holds it and what to do", async () => {
    inputs = { ...inputs, timeoutSeconds: 0.3 };
    const finalizers = ["ingress.eks.amazonaws.com/resources"];
    store.set(ingress, { finalizers });
    store.set(`${services}/front`, { type: "LoadBalancer", finalizers: [] });
    await assert.rejects(clear(), (error: Error) => {
      assert.match(error.message, /^eu-west-1 still has .* after 0.3 s:\n/);
      assert.match(error.message, /\n {2}Service shop\/front: made again by somebody\n/);
      assert.match(
        error.message,
        /Ingress shop\/front: held by ingress.eks.amazonaws.com\/resources/,
      );
      assert.match(error.message, /Fix it and re-run the command/);
      return true;
    });
  });

  it("bears a break in the middle, and says when it does not end", async () => {
    store.set(ingress, {});
    let broken = 0;
    server.answer((asked) =>
      asked.url !== "/version" && broken++ < 4 ? { code: 503 } : cluster(asked),
    );
    await clear();
    assert.deepEqual([...store.keys()], []);
    inputs = { ...inputs, timeoutSeconds: 0.2 };
    server.answer((asked) => (asked.url === "/version" ? cluster(asked) : { code: 503 }));
    await assert.rejects(clear(), /eu-west-1 has stopped answering/);
  });

  it("does not take a refusal for silence", async () => {
    server.answer(() => ({ code: 403, body: { message: "not you" } }));
    await assert.rejects(clear(), /403 not you/);
  });

  describe("that does not answer", () => {
    beforeEach(() => {
      // Nobody listens there.
      inputs = { ...inputs, kubeconfig: inputs.kubeconfig.replace(/:\d+\n/, ":1\n") };
    });

    it("fails after its time, and names the ways on", async () => {
      await assert.rejects(clear(), (error: Error) => {
        assert.match(error.message, /^eu-west-1 has not answered for 0.1 s/);
        assert.match(error.message, /meridian forget <environment> <region>/);
        return true;
      });
    });

    it("counts as cleared where gone is fine, with a warning", async () => {
      inputs = { ...inputs, goneIsFine: true };
      await clear();
      assert.deepEqual(said, ["warning: eu-west-1 does not answer: nothing in it was cleared."]);
    });

    it("nor has a name any more", async () => {
      const kubeconfig = inputs.kubeconfig.replace("127.0.0.1", "gone.meridian.invalid");
      inputs = { ...inputs, kubeconfig };
      await assert.rejects(clear(), /has not answered/);
    });
  });

  it("keeps volumes and lists them", async () => {
    volumes = [
      {
        metadata: { name: "pv-1", annotations: { "pv.kubernetes.io/provisioned-by": "ebs" } },
        spec: { claimRef: { namespace: "shop", name: "data-0" } },
      },
      { metadata: { name: "by-hand" } },
    ];
    await clear();
    assert.deepEqual(deletions(), []);
    assert.match(
      said.join(),
      /^warning: eu-west-1 leaves 1 volume behind.*: pv-1 \(shop\/data-0\)\./,
    );
  });
});
