import assert from "node:assert/strict";
import { canarySteps, offAnalysis } from "../../../../infra/components/rollouts/manifests/rollouts";
import type { KubeObject } from "../../../../infra/plan/kubeObject";
import { rolloutDiagnostics } from "../../../../infra/components/rollouts/rules";

function rollout(canary: object): KubeObject {
  const compliant = {
    steps: canarySteps(),
    analysis: offAnalysis(),
    trafficRouting: { traefik: { weightedTraefikServiceName: "orders" } },
  };
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name: "orders" },
    spec: { strategy: { canary: { ...compliant, ...canary } } },
  };
}

const fieldsOf = (canary: object) =>
  rolloutDiagnostics([rollout(canary)]).map(({ field }) => field);

describe("the rules of a Rollout", () => {
  it("accept the platform's steps, and an app's own weights", () => {
    assert.deepEqual(fieldsOf({}), []);
    assert.deepEqual(fieldsOf({ steps: canarySteps([1, 100]) }), []);
    assert.deepEqual(rolloutDiagnostics([{ ...rollout({}), kind: "Deployment", spec: {} }]), []);
  });

  const steps = canarySteps();
  for (const [what, changed] of [
    ["no steps", []],
    ["no gate before the first weight", steps.slice(1)],
    ["no last gate", steps.slice(0, -1)],
    ["a gate of another weight", [...canarySteps([20, 100]).slice(0, 1), ...steps.slice(1)]],
    ["a pause instead of a gate", [{ pause: {} }, ...steps.slice(1)]],
    ["weights that do not ascend", [...steps.slice(0, 2), ...steps]],
  ] as const)
    it(`refuse ${what}`, () => {
      assert.deepEqual(fieldsOf({ steps: changed }), ["spec.strategy.canary.steps"]);
    });

  it("want the analysis beside the steps, and a router", () => {
    assert.deepEqual(fieldsOf({ analysis: undefined }), ["spec.strategy.canary.analysis"]);
    assert.deepEqual(fieldsOf({ trafficRouting: undefined }), [
      "spec.strategy.canary.trafficRouting",
    ]);
  });
});
