import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../../infra/plan/kubeObject";
import { routeMiddlewares } from "../../../infra/components/gateway/routeMiddlewares";
import { evaluatePolicies } from "../../support/network/policies";
import { checkApps } from "../../../operations/apps";
import { addressParty, appParties } from "../../support/network/evaluation";

const appsDir = join(__dirname, "../../../apps");
const prefix = "service.beta.kubernetes.io/aws-load-balancer-";

describe("An app with a load balancer of its own", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-apps-"));
    await cp(appsDir, folder, { recursive: true });
    const overlay = join(folder, "orders/overlays/staging/kustomization.yaml");
    await appendFile(overlay, "components:\n  - ../../../_platform/load-balancer\n");
  });

  after(() => rm(folder, { recursive: true }));

  const rendered = async () => {
    const { apps, diagnostics } = await checkApps(folder, "staging");
    assert.deepEqual(diagnostics, []);
    const orders = apps.find(({ name }) => name === "orders");
    assert.ok(orders);
    return orders.objects;
  };

  it("passes every check, and has EKS make a network load balancer for its Service", async () => {
    const services = (await rendered()).filter(({ kind }) => kind === "Service");
    assert.deepEqual(
      services.map(({ metadata }) => metadata.name),
      ["orders", "orders-canary"],
    );
    const [service, canary] = services;
    assert.ok(service);
    // A version on its way out is reached through the gateway only.
    assert.equal(at(canary, "spec.type"), undefined);
    assert.equal(at(canary, "metadata.annotations"), undefined);
    assert.deepEqual(service["spec"], {
      type: "LoadBalancer",
      loadBalancerClass: "eks.amazonaws.com/nlb",
      allocateLoadBalancerNodePorts: false,
      selector: { "app.kubernetes.io/name": "orders" },
      ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
    });
    const annotations = at(service, "metadata.annotations") as Record<string, string>;
    const told = Object.entries(annotations).map(([key, value]) => [
      key.replace(prefix, ""),
      value,
    ]);
    assert.deepEqual(Object.fromEntries(told), {
      scheme: "internet-facing",
      "nlb-target-type": "ip",
      attributes: "load_balancing.cross_zone.enabled=true",
      "target-group-attributes": "deregistration_delay.timeout_seconds=30",
      "healthcheck-protocol": "http",
      "healthcheck-port": "traffic-port",
      "healthcheck-path": "/readyz",
      "healthcheck-interval": "10",
      "healthcheck-healthy-threshold": "2",
      "healthcheck-unhealthy-threshold": "2",
    });
  });

  it("is checked where its pods tell that they are ready, as its route for health checks is", async () => {
    const objects = await rendered();
    const workload = objects.find(({ kind }) => kind === "Rollout");
    const ready = at(workload, "spec.template.spec.containers[0].readinessProbe.httpGet.path");
    const service = objects.find(({ kind }) => kind === "Service");
    assert.equal(routeMiddlewares.readiness.replacePath.path, ready);
    assert.equal(at(service, `metadata.annotations[${prefix}healthcheck-path]`), ready);
  });

  it("lets anyone reach its pods, by the one port", async () => {
    const objects = await rendered();
    const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    const [pods] = appParties(objects);
    assert.ok(pods);
    const from = addressParty("anyone", "203.0.113.9").peer;
    const denied = (port: number) =>
      evaluatePolicies(policies, { from, to: pods.peer, port, protocol: "TCP" });
    assert.deepEqual(denied(9898), []);
    assert.deepEqual(denied(22), ["ingress"]);
  });
});
