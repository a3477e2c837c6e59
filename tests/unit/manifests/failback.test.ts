import * as assert from "node:assert/strict";
import {
  failbackConfig,
  failbackContainer,
  failbackDeployment,
  failbackNamespace,
  failbackPod,
  failbackTraffic,
} from "../../../infra/components/federation/manifests/awsFailback";
import { failbackName } from "../../../infra/components/federation/component";
import { failbackRules } from "../../../infra/components/federation/manifests/failback";
import { addressParty, type Party, podParty } from "../../support/network/evaluation";
import { evaluatePolicies } from "../../support/network/policies";

const automatic = { mode: "automatic", steadySeconds: 300, maxConcurrent: 5 } as const;
const config = failbackConfig(automatic, { ca: "CA", token: "t" });
const deployment = failbackDeployment("v1");
const { metadata } = deployment.template;
const container = failbackContainer("registry.test/failback@sha256:0a");

describe("The failback service's rights in Karmada", () => {
  it("write nothing but requests to rebalance, and read no object of an app", () => {
    const writes = failbackRules.filter(({ verbs }) =>
      verbs.some((verb) => !["get", "list"].includes(verb)),
    );
    assert.deepEqual(
      writes.map(({ resources, verbs }) => [resources, verbs]),
      [[["workloadrebalancers"], ["get", "list", "create"]]],
    );
    const readable = failbackRules.flatMap(({ resources = [] }) => resources);
    assert.deepEqual(readable.sort(), [
      "clusterpropagationpolicies",
      "clusters",
      "resourcebindings",
      "workloadrebalancers",
    ]);
  });
});

describe("The failback service's pod", () => {
  it("is one, and an update ends the old one first", () => {
    assert.deepEqual([deployment.replicas, deployment.strategy], [1, { type: "Recreate" }]);
  });

  it("is admitted to its namespace: a user by number, no rights, no writes", () => {
    const { labels = {} } = failbackNamespace.metadata;
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
    assert.equal(failbackPod.securityContext.runAsNonRoot, true);
    assert.ok(failbackPod.securityContext.runAsUser > 0);
    assert.equal(failbackPod.automountServiceAccountToken, false);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("is asked where it listens, and restarts when its configuration changes", () => {
    assert.equal(container.ports.probes, config.probes?.port);
    assert.equal(container.readinessProbe.httpGet.path, "/readyz");
    assert.equal(container.livenessProbe.httpGet.path, "/livez");
    const annotations = (version: string) =>
      failbackDeployment(version).template.metadata.annotations;
    assert.notDeepEqual(annotations("v1"), annotations("v2"));
  });

  it("reaches Karmada's API server, by a name in its certificate, and DNS; no pod reaches it", () => {
    const { hostname, port } = new URL(config.api.server);
    assert.equal(config.api.serverName, "kubernetes.default.svc");
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      ...failbackTraffic,
    };
    const [service = "", namespace = ""] = hostname.split(".");
    const own = podParty({ namespace: failbackName, labels: metadata.labels });
    const api = podParty({ namespace, labels: { app: service } });
    const others = [
      podParty({ namespace, labels: { app: "etcd" } }),
      podParty({ namespace: "argocd", labels: { app: service } }),
      addressParty("DNS of the node", "10.20.192.10"),
    ];
    const open = (from: Party, to: Party) =>
      [53, 443, 2379, Number(port)].filter(
        (one) =>
          evaluatePolicies([policy], { from: from.peer, to: to.peer, port: one, protocol: "TCP" })
            .length === 0,
      );
    assert.deepEqual(open(own, api), [53, Number(port)]);
    for (const other of others) assert.deepEqual(open(own, other), [53], other.name);
    for (const other of [api, ...others]) assert.deepEqual(open(other, own), [], other.name);
  });
});
