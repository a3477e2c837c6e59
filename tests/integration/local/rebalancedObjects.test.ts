import * as assert from "node:assert/strict";
import {
  membership,
  type MembershipInputs,
  rebalance,
} from "../../../infra/components/federation/handlers/membership";
import { copyingPolicyName, karmadaPaths } from "../../../infra/components/federation/karmadaApi";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { type Answer, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const { clusters, works, bindings, policies, rebalancers } = karmadaPaths;
const longAgo = "2026-01-01T00:00:00Z";
const idLabel = "clusterpropagationpolicy.karmada.io/permanent-id";

const bindingOf = (kind: string, name: string, policy: string) => ({
  metadata: { name, namespace: "shop", labels: { [idLabel]: policy } },
  spec: { resource: { apiVersion: "v1", kind, namespace: "shop", name } },
  status: { lastScheduledTime: longAgo },
});
const all = [
  bindingOf("Rollout", "shop", "divided"),
  bindingOf("Service", "shop", "copied"),
  bindingOf("ConfigMap", "settings", "copied"),
];

describe("The objects that Karmada schedules again", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, ({ method, url }) => answer(method, url));
  });
  beforeEach(() => void (server.asked.length = 0));
  after(() => {
    server.stop();
    folder.remove();
  });

  const region = {
    metadata: { name: "a", creationTimestamp: longAgo },
    status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: longAgo }] },
  };

  function answer(method: string, url: string): Answer | undefined {
    const [path = "", query = ""] = decodeURIComponent(url).split("?");
    // Discovery, for the apply of a Cluster.
    if (path === "/apis/cluster.karmada.io/v1alpha1")
      return { body: { resources: [{ name: "clusters", kind: "Cluster", namespaced: false }] } };
    if (path === clusters) return { body: { items: [region] } };
    if (path.startsWith(`${clusters}/`)) return { body: region };
    if (path === works) return { body: { items: [] } };
    if (path === `${policies}/${copyingPolicyName}`)
      return { body: { metadata: { labels: { [idLabel]: "copied" } } } };
    if (path === bindings) {
      const excluded = /!=(.*)$/.exec(query)?.[1];
      return { body: { items: all.filter((one) => one.metadata.labels[idLabel] !== excluded) } };
    }
    if (path === rebalancers && method === "POST") return { body: {} };
    return path.startsWith(`${rebalancers}/`)
      ? { body: { metadata: {}, status: { finishTime: longAgo } } }
      : undefined;
  }

  const kubeconfig = () => kubeconfigOf("test", server.url, folder.dir);
  const requested = () =>
    server.asked
      .filter(({ method, url }) => method === "POST" && url === rebalancers)
      .flatMap(({ body }) => (body as { spec: { workloads: { kind: string }[] } }).spec.workloads)
      .map(({ kind }) => kind);
  const inputs = (weight: number): MembershipInputs => ({
    ...{ kubeconfig: kubeconfig(), name: "a", region: "a", zones: [], provider: "local" },
    ...{ server: "https://127.0.0.1:1", labels: {}, weight },
    secret: { namespace: "n", name: "s" },
  });

  it("are the divided ones in a rebalance, which counts them", async () => {
    assert.equal(await rebalance(kubeconfig(), "r", 0), 1);
    assert.deepEqual(requested(), ["Rollout"]);
  });

  it("are the divided ones when a region's weight changes", async () => {
    await membership.update?.("a", { ...inputs(1), joined: true }, inputs(2));
    assert.deepEqual(requested(), ["Rollout"]);
  });

  it("are all when a region joins, so that it has every copied object", async () => {
    await membership.create(inputs(1));
    assert.deepEqual(requested(), ["Rollout", "Service", "ConfigMap"]);
  });
});
