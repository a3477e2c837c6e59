import * as assert from "node:assert/strict";
import {
  gateAccount,
  gateBudget,
  gateConfig,
  gateContainer,
  gateNamespace,
  gateService,
  gateSet,
} from "../../../infra/components/rollouts/manifests/awsRolloutGate";
import { gateRules } from "../../../infra/components/rollouts/manifests/rolloutGate";

const region = { name: "eu-west-1", location: "eu", role: "hub", attributes: {} };
const federation = { server: "https://karmada.test:5443", ca: "KARMADA", token: "t" };

describe("The rollout gate's pods on AWS", () => {
  const set = gateSet("v1");
  const container = gateContainer("registry.test/rollout-gate@sha256:0a");

  it("are two, told apart by name, of which the first writes", () => {
    assert.equal(set.replicas, 2);
    const { writer } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.equal(writer, "rollout-gate-0");
    assert.deepEqual((gateBudget().spec as { maxUnavailable: number }).maxUnavailable, 1);
  });

  it("restart when what they read once has changed", () => {
    const annotations = (version: string) => gateSet(version).template.metadata.annotations;
    assert.notDeepEqual(annotations("v1"), annotations("v2"));
  });

  it("run as nobody, write nowhere, and are asked where they listen", () => {
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const { listen } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.equal(container.ports.https, listen.port);
    const service = gateService().spec as { selector: object; ports: object[] };
    assert.deepEqual(service.selector, set.template.metadata.labels);
    assert.deepEqual(service.ports, [{ name: "https", port: 443, targetPort: "https" }]);
    assert.deepEqual(container.readinessProbe.httpGet, {
      path: "/healthz",
      port: "https",
      scheme: "HTTPS",
    });
  });

  it("may do in the cluster what gates may do anywhere, and keep their own memory", () => {
    const account = gateAccount() as readonly { kind: string; rules?: unknown }[];
    const rules = (kind: string) => account.find((one) => one.kind === kind)?.rules;
    assert.deepEqual(rules("ClusterRole"), gateRules);
    assert.deepEqual(rules("Role"), [
      {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: ["rollout-gate-memory"],
        verbs: ["get", "patch"],
      },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
    ]);
    const { memory } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.deepEqual(memory, {
      configMap: { namespace: "rollout-gate", name: "rollout-gate-memory" },
    });
  });

  it("have a namespace that reads secrets from outside only where there is one for them", () => {
    const labels = (has: boolean) => gateNamespace(has).metadata.labels ?? {};
    assert.equal("meridian.dev/secrets" in labels(false), false);
    assert.equal(labels(true)["meridian.dev/secrets"], "allowed");
    assert.equal(labels(true)["pod-security.kubernetes.io/enforce"], "restricted");
  });
});
