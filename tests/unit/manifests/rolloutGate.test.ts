import * as assert from "node:assert/strict";
import {
  admissionPath,
  gateFederationRules,
  gateRules,
  gateWebhook,
  stableVersionsName,
  tokenSecretName,
} from "../../../infra/manifests/rolloutGate";

describe("A region's rollout gate", () => {
  it("may do this in its region, and nothing else", () => {
    assert.deepEqual(gateRules, [
      { apiGroups: ["argoproj.io"], resources: ["rollouts"], verbs: ["list", "watch", "patch"] },
      { apiGroups: ["argoproj.io"], resources: ["rollouts/status"], verbs: ["patch"] },
      { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list"] },
      { apiGroups: [""], resources: ["services"], verbs: ["get"] },
      { apiGroups: ["traefik.io"], resources: ["traefikservices"], verbs: ["get"] },
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["rollout-gate"],
        verbs: ["get", "patch"],
      },
      { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
    ]);
  });

  it("may do this on Karmada, and nothing else", () => {
    assert.deepEqual(gateFederationRules, [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch"] },
    ]);
  });

  it("has these names", () => {
    assert.equal(tokenSecretName, "rollout-gate");
    assert.equal(stableVersionsName("orders"), "rollout-gate-orders");
    assert.equal(admissionPath("0a1b"), "/v1/admit/0a1b");
  });

  it("is asked by the API server about new Rollouts, and those that came from another version", () => {
    assert.deepEqual(
      gateWebhook({ url: "https://127.0.0.1:1", path: "/v1/admit/0a1b", ca: "PEM" }),
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "MutatingWebhookConfiguration",
        metadata: { name: "rollout-gate" },
        webhooks: [
          {
            name: "rollouts.gate.meridian.dev",
            clientConfig: { url: "https://127.0.0.1:1/v1/admit/0a1b", caBundle: "UEVN" },
            rules: [
              {
                apiGroups: ["argoproj.io"],
                apiVersions: ["v1alpha1"],
                resources: ["rollouts"],
                scope: "Namespaced",
                operations: ["CREATE", "UPDATE"],
              },
            ],
            matchConditions: [
              {
                name: "has-no-version-yet",
                expression:
                  "request.operation == 'CREATE' || (has(oldObject.metadata.annotations) && " +
                  "'meridian.dev/wanted-template' in oldObject.metadata.annotations)",
              },
            ],
            admissionReviewVersions: ["v1"],
            sideEffects: "NoneOnDryRun",
            failurePolicy: "Fail",
            timeoutSeconds: 10,
          },
        ],
      },
    );
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
