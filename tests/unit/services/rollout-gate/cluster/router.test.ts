import * as assert from "node:assert/strict";
import type { RolloutObject } from "../../../../../infra/components/rollouts/object";
import { untilRouted } from "../../../../../services/rollout-gate/cluster/router";
import { KubeStore } from "../../../../support/kubeStore";

const router = "/apis/traefik.io/v1alpha1/namespaces/shop/traefikservices/orders";
const services = ["orders", "orders-canary"].map(
  (name) => `/api/v1/namespaces/shop/services/${name}`,
);

const routed = {
  metadata: { name: "orders" },
  spec: {
    strategy: {
      canary: {
        stableService: "orders",
        canaryService: "orders-canary",
        trafficRouting: { traefik: { weightedTraefikServiceName: "orders" } },
      },
    },
  },
} as RolloutObject;

describe("what a Rollout routes requests by", () => {
  let region: KubeStore;
  beforeEach(async () => (region = await KubeStore.start()));
  afterEach(() => region.leave());

  const put = (...paths: readonly string[]) =>
    paths.forEach((path) => region.put(path, { metadata: { name: path.split("/").at(-1) ?? "" } }));
  const wait = (rollout = routed, limitMs = 5000) =>
    untilRouted(region.client, "shop", rollout, limitMs);

  it("is waited for", async () => {
    put(...services);
    const waiting = wait();
    setTimeout(() => put(router), 150);
    await waiting;
    assert.ok(region.asked.length > services.length + 1, "it was asked for once only");
  });

  it("is not waited for when there is none", async () => {
    await wait({
      metadata: { name: "orders" },
      spec: { strategy: { canary: {} } },
    });
    assert.deepEqual(region.asked, []);
  });

  it("is named when it does not come", async () => {
    put(...services);
    await assert.rejects(wait(routed, 50), /traefikservices\/orders: 404/);
  });

  it("is not waited for where it cannot be asked for", async () => {
    region.fail = () => 403;
    await assert.rejects(wait(), /services\/orders: 403/);
  });
});
