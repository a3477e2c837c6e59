import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, EksRegion } from "../../../../infra/providers/aws/cluster/resources/cluster";
import { only, register } from "../../../support/engine";
import { clusterPlans, fakeNetwork, fakeShared } from "./clusterSample";

/** A region's cluster of which nobody knows more than was asked for. */
const createRegion = (): EksRegion => {
  const { region, cluster, pools } = clusterPlans();
  const around = { network: fakeNetwork(), shared: fakeShared() };
  return new EksRegion("eu-west-1", { plan: region, cluster, pools, ...around });
};

describe("EksCluster as the hub", () => {
  it("stands beside the region's with no name in common", async () => {
    const all = await register(() => {
      const plans = clusterPlans();
      const around = { network: fakeNetwork(), shared: fakeShared() };
      const { region, cluster, pools, hub, hubPools } = plans;
      new EksRegion("eu-west-1", { plan: region, cluster, pools, ...around });
      new EksCluster("hub", { plan: hub, pools: hubPools, ...around });
    });
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    const named = all.filter(({ type, inputs }) => type.startsWith("aws:") && inputs["name"]);
    const names = named.map(({ type, inputs }) => `${type} ${String(inputs["name"])}`);
    assert.equal(new Set(names).size, names.length);
    assert.equal(only(all, "aws:eks/cluster:Cluster hub").inputs["name"], "meridian-staging-hub");
    assert.ok(!all.some(({ id }) => id === "kubernetes:karpenter.sh/v1:NodePool hub-spot"));
  });
});

describe("A first preview, when no cluster is there yet", () => {
  /** Ids of what is registered when AWS answers nothing but what it was given. */
  const preview = async (program: () => unknown): Promise<string[]> => {
    const found: string[] = [];
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          found.push(`${type} ${name}`);
          return { id: undefined, state: inputs as object };
        },
        call: () => ({}),
      },
      "meridian",
      "test",
      true,
    );
    await program();
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return found.sort();
  };

  it("shows everything that `up` will make", async () => {
    let known: boolean | undefined;
    const found = await preview(async () => {
      const made = createRegion();
      known = await (made.kubeconfig as unknown as { isKnown: Promise<boolean> }).isKnown;
    });
    assert.equal(known, false, "the kubeconfig should not be known yet");
    const all = await register(createRegion);
    assert.deepEqual(found, all.map(({ id }) => id).sort());
  });
});
