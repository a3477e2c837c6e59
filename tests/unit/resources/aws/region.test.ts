import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { planAws } from "../../../../infra/providers/aws/plan";
import { ofRegion } from "../../../../infra/providers/aws/resources/ofRegion";
import { AwsRegion } from "../../../../infra/providers/aws/cluster/resources/region";
import { fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { only, register, type Registered } from "../../../support/engine";
import { standing, standingId } from "../../../support/foundation";

const name = "us-east-1";

describe("AwsRegion", function () {
  this.timeout(30_000);
  let all: Registered[];

  before(async () => {
    const plan = awsPlanOf(["eu-west-1", name], { apiAccess: ["203.0.113.0/24"] });
    const aws = planAws(plan, "2026-06-01");
    const region = plan.regions.find((each) => each.name === name);
    assert.ok(region);
    all = await register(() => {
      const made = new AwsRegion(
        name,
        {
          environment: "test",
          accountId: "123456789012",
          plan: region,
          aws,
          cluster: ofRegion(aws.clusters, name),
          network: { ...fakeNetwork(name), ready: [standing("routes")] },
          shared: fakeShared(name),
          certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
          connections: pulumi.output<Readonly<Record<string, string>>>({}),
          callers: ["198.51.100.1/32"],
          connected: [standing("peering")],
          gate: {
            flags: { kind: "file" },
            flagFile: "{}",
            image: "registry.test/rollout-gate@sha256:0a",
            federation: {
              server: pulumi.output("https://karmada.test:5443"),
              ca: pulumi.output("CA"),
              serverName: "kubernetes.default.svc",
              token: pulumi.secret("t"),
            },
          },
          mirror: undefined,
        },
        { providers: [ofRegion(fakeProviders([name]), name)] },
      );
      pulumi
        .all(made.region.ready.map(({ urn }) => urn))
        .apply((urns) => ready.push(...urns.map((urn) => urn.split("::").slice(-2).join(" "))));
    });
  });
  const ready: string[] = [];

  it("is cleared while its cluster, nodes and ways out are still there", () => {
    const { dependsOn, deletedWith, inputs } = only(all, `meridian:index:Clearance ${name}`);
    assert.equal(deletedWith, undefined);
    assert.equal(inputs["clusterName"], `meridian-test-${name}`);
    for (const id of [
      `aws:eks/cluster:Cluster ${name}`,
      `kubernetes:karpenter.sh/v1:NodePool ${name}-on-demand`,
      standingId("routes"),
    ])
      assert.ok(dependsOn.includes(id), id);
  });

  it("joins when it is cleared last, connected, and knows the kinds that it will be sent", () => {
    for (const part of [
      `Clearance::${name}`,
      "Standing::peering",
      `${name}-traefik-crds`,
      `${name}-argo-rollouts`,
      `MutatingWebhookConfiguration::${name}-rollout-gate`,
    ])
      assert.ok(
        ready.some((id) => id.replace(" ", "::").includes(part)),
        `${part} of ${ready.join(", ")}`,
      );
  });

  it("lets the hub's ways out reach its API server", () => {
    const { vpcConfig } = only(all, `aws:eks/cluster:Cluster ${name}`).inputs;
    assert.deepEqual((vpcConfig as Record<string, unknown>)["publicAccessCidrs"], [
      "203.0.113.0/24",
      "198.51.100.1/32",
    ]);
  });
});
