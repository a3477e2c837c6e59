import assert from "node:assert/strict";
import { join } from "node:path";
import { canarySteps, offAnalysis } from "../../../infra/components/rollouts/manifests/rollouts";
import { at } from "../../../infra/plan/kubeObject";
import { checkApps } from "../../../operations/apps";

const appsDir = join(__dirname, "../../../apps");

describe("the repository's Rollouts", () => {
  it("go out by the default steps, to the Services and weights of their own app", async () => {
    const { apps } = await checkApps(appsDir, "local");
    assert.equal(apps.length, 3);
    for (const { name, objects } of apps) {
      assert.ok(!objects.some(({ kind }) => kind === "Deployment"), name);
      const rollouts = objects.filter(({ kind }) => kind === "Rollout");
      assert.equal(rollouts.length, 1);
      const [rollout] = rollouts;
      const canary = (field: string) => at(rollout, `spec.strategy.canary.${field}`);
      assert.deepEqual(canary("steps"), canarySteps());
      assert.deepEqual(canary("analysis"), offAnalysis());
      assert.equal(canary("stableService"), name);
      assert.equal(canary("canaryService"), `${name}-canary`);
      assert.deepEqual(canary("trafficRouting"), {
        traefik: { weightedTraefikServiceName: name },
      });
    }
  });

  it("read settings by their generated names, as Deployments do", async () => {
    const { apps } = await checkApps(appsDir, "local");
    for (const { name, objects } of apps) {
      const settings = objects.find(({ kind }) => kind === "ConfigMap")?.metadata.name;
      const rollout = objects.find(({ kind }) => kind === "Rollout");
      assert.match(settings ?? "", /^settings-/, name);
      const from = at(rollout, "spec.template.spec.containers[0].envFrom[0].configMapRef.name");
      assert.equal(from, settings, name);
    }
  });
});
