import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { MemberSecrets } from "../../../../infra/components/secrets/resources/member";
import type { EksRegionOutputs } from "../../../../infra/providers/aws/resources/types";
import { awsPlanOf } from "../../../support/aws/plan";
import { only, register, type Registered } from "../../../support/engine";
import { fakeCluster, standing, standingId } from "../../../support/foundation";

describe("MemberSecrets", function () {
  this.timeout(20_000);

  const lay = (has: { readonly database: boolean; readonly cache: boolean }) =>
    register(() => {
      const [plan] = awsPlanOf(["eu-west-1"]).regions;
      assert.ok(plan);
      new MemberSecrets("eu-west-1", {
        environment: "test",
        region: {
          ...fakeCluster("eu-west-1"),
          plan,
          eksName: "meridian-test-eu-west-1",
        } as unknown as EksRegionOutputs,
        installed: standing("external-secrets"),
        connections: pulumi.output<Readonly<Record<string, string>>>({ CACHE_PORT: "6379" }),
        has,
      });
    });
  const kinds = (all: readonly Registered[]) =>
    all.filter(({ type }) => /ExternalSecret$|ConfigMap$/.test(type)).map(({ id }) => id);

  it("offers no credentials where there is nothing to connect to", async () => {
    assert.deepEqual(kinds(await lay({ database: false, cache: false })), []);
  });

  it("offers what there is, and where it is", async () => {
    const all = await lay({ database: true, cache: true });
    assert.deepEqual(kinds(all), [
      "kubernetes:core/v1:ConfigMap eu-west-1-connections",
      "kubernetes:external-secrets.io/v1:ExternalSecret eu-west-1-externalsecret-cache",
      "kubernetes:external-secrets.io/v1:ExternalSecret eu-west-1-externalsecret-database",
    ]);
    const { inputs } = only(all, "kubernetes:core/v1:ConfigMap eu-west-1-connections");
    assert.deepEqual(inputs["data"], { CACHE_PORT: "6379" });
  });

  it("opens the store when it runs, may read, and nobody can read another's", async () => {
    const all = await lay({ database: true, cache: false });
    const { dependsOn } = only(
      all,
      "kubernetes:external-secrets.io/v1:ClusterSecretStore eu-west-1-clustersecretstore-meridian",
    );
    for (const id of [
      standingId("external-secrets"),
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy eu-west-1-secrets",
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding eu-west-1-secrets",
    ])
      assert.ok(dependsOn.includes(id), id);
  });
});
