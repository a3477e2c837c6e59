import * as assert from "node:assert/strict";
import {
  gateFederationRules,
  gateRules,
  gateWebhook,
  tokenSecretName,
} from "../../../infra/components/rollouts/manifests/rolloutGate";

describe("A region's rollout gate", () => {
  it("has no wildcard, reads no Secret but its own, and gives no rights", () => {
    for (const { apiGroups = [], resources = [], resourceNames, verbs } of [
      ...gateRules,
      ...gateFederationRules,
    ]) {
      for (const each of [...apiGroups, ...resources, ...verbs]) assert.notEqual(each, "*");
      for (const verb of verbs) assert.match(verb, /^(get|list|watch|create|patch)$/);
      assert.ok(!apiGroups.includes("rbac.authorization.k8s.io"));
      if (resources.includes("secrets") && verbs.join() !== "create")
        assert.deepEqual(resourceNames, [tokenSecretName]);
    }
  });

  it("touches ConfigMaps alone on Karmada", () => {
    assert.deepEqual(
      gateFederationRules.flatMap(({ resources }) => resources),
      ["configmaps"],
    );
  });

  it("is asked by the API server about every Rollout that is made, which waits for its answer", () => {
    const [webhook] = gateWebhook({ url: "https://127.0.0.1:1", path: "/v1/admit/0a1b", ca: "PEM" })
      .webhooks as unknown as {
      clientConfig: { url: string; caBundle: string };
      rules: { resources: string[]; operations: string[] }[];
      failurePolicy: string;
      sideEffects: string;
    }[];
    assert.ok(webhook);
    assert.equal(webhook.clientConfig.url, "https://127.0.0.1:1/v1/admit/0a1b");
    assert.equal(Buffer.from(webhook.clientConfig.caBundle, "base64").toString(), "PEM");
    const [rule] = webhook.rules;
    assert.deepEqual([rule?.resources, rule?.operations], [["rollouts"], ["CREATE", "UPDATE"]]);
    assert.equal(webhook.failurePolicy, "Fail");
    assert.equal(webhook.sideEffects, "NoneOnDryRun");
  });

  it("is found by its Service where it runs in pods", () => {
    const [webhook] = gateWebhook({ path: "/v1/admit/0a1b", ca: "PEM" }).webhooks;
    assert.deepEqual((webhook as { clientConfig: unknown }).clientConfig, {
      service: {
        namespace: "rollout-gate",
        name: "rollout-gate",
        path: "/v1/admit/0a1b",
        port: 443,
      },
      caBundle: "UEVN",
    });
  });
});
