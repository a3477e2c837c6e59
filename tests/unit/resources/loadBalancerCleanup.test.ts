import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LoadBalancerCleanup } from "../../../infra/resources/loadBalancerCleanup";
import { only, register } from "../../support/engine";
import { standing, standingId } from "../../support/foundation";

describe("Clearance", () => {
  const id = "meridian:index:Clearance eu-west-1-clearance";

  it("keeps its kubeconfig secret, and has time for a load balancer of a cloud", async () => {
    const all = await register(() => {
      const cluster = standing("cluster");
      const kubeconfig = pulumi.output("K");
      new LoadBalancerCleanup(
        "eu-west-1-clearance",
        { kubeconfig, clusterName: "eu-west-1" },
        { dependsOn: [cluster] },
      );
    });
    const { inputs, secrets, dependsOn, deletedWith } = only(all, id);
    assert.ok(Number(inputs["timeoutSeconds"]) >= 600);
    // A cluster that does not answer is not taken for one that is empty, unless that is said.
    assert.equal(inputs["goneIsFine"], false);
    assert.deepEqual(secrets, ["kubeconfig"]);
    assert.deepEqual(dependsOn, [standingId("cluster")]);
    assert.equal(deletedWith, undefined);
  });
});
