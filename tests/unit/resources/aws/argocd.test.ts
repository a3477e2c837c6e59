import * as assert from "node:assert/strict";
import { argocdValues } from "../../../../infra/components/delivery/manifests/argocdChart";
import { EksArgocd } from "../../../../infra/components/delivery/resources/aws";
import { only, register } from "../../../support/engine";
import { fakeCluster, standing, standingId } from "../../../support/foundation";
import { planOf, small } from "../../../support/plan";

const { delivery } = planOf([small("eu-west-1")], { delivery: { pollSeconds: 9 } });
const release = "kubernetes:helm.sh/v3:Release hub-argocd";
const project = "kubernetes:argoproj.io/v1alpha1:AppProjectPatch appproject-default";

describe("EksArgocd", () => {
  const lay = () =>
    register(() => {
      const hubReady = [standing("hub-nodes")];
      new EksArgocd("hub", {
        hub: fakeCluster("hub"),
        delivery,
        hubReady,
        mirror: undefined,
        door: undefined,
      });
    });

  it("installs the chart with the settings of the local platform, once pods can run", async () => {
    const { inputs, dependsOn } = only(await lay(), release);
    assert.deepEqual([inputs["name"], inputs["namespace"]], ["argocd", "argocd"]);
    assert.deepEqual(inputs["values"], JSON.parse(JSON.stringify(argocdValues(delivery))));
    assert.deepEqual(dependsOn, [standingId("hub-nodes")]);
  });

  it("takes everything out of the default project, over what Argo CD wrote there", async () => {
    const { inputs, dependsOn } = only(await lay(), project);
    assert.deepEqual(inputs, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: {
        name: "default",
        namespace: "argocd",
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { sourceRepos: [], destinations: [] },
    });
    assert.deepEqual(dependsOn, [release]);
  });
});
