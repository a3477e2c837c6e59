import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Clearance } from "../../../infra/resources/platform/clearance";
import { only, register } from "../../support/engine";
import { standing, standingId } from "../../support/foundation";

describe("Clearance", () => {
  const id = "meridian:index:Clearance eu-west-1-clearance";

  it("keeps its kubeconfig secret, and has time for a load balancer of a cloud", async () => {
    const all = await register(() => {
      const cluster = standing("cluster");
      const kubeconfig = pulumi.output("K");
      new Clearance(
        "eu-west-1-clearance",
        { kubeconfig, clusterName: "eu-west-1" },
        { dependsOn: [cluster] },
      );
    });
    const { inputs, secrets, dependsOn, deletedWith } = only(all, id);
    assert.deepEqual(inputs, {
      kubeconfig: "K",
      clusterName: "eu-west-1",
      timeoutSeconds: 900,
      unreachableSeconds: 120,
      goneIsFine: false,
    });
    assert.deepEqual(secrets, ["kubeconfig"]);
    assert.deepEqual(dependsOn, [standingId("cluster")]);
    assert.equal(deletedWith, undefined);
  });

  it("takes other limits", async () => {
    const given = { timeoutSeconds: 5, unreachableSeconds: 1, goneIsFine: true };
    const all = await register(() => {
      new Clearance("eu-west-1-clearance", { kubeconfig: "K", clusterName: "c", ...given });
    });
    assert.deepEqual(only(all, id).inputs, { kubeconfig: "K", clusterName: "c", ...given });
  });
});
