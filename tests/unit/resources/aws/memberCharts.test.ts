import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { argoRolloutsValues } from "../../../../infra/components/rollouts/manifests/argoRolloutsChart";
import { externalSecretsValues } from "../../../../infra/components/secrets/manifests/externalSecretsChart";
import {
  traefikCrdsValues,
  traefikValues,
} from "../../../../infra/components/gateway/manifests/traefikChart";
import { MemberCharts } from "../../../../infra/providers/aws/cluster/resources/memberCharts";
import { only, register } from "../../../support/engine";
import { fakeCluster, ownOf, standing, standingId } from "../../../support/foundation";

const component = "meridian:aws:MemberCharts eu-west-1";
const release = (name: string) => `kubernetes:helm.sh/v3:Release eu-west-1-${name}`;
const trustedNetworks = ["10.0.0.0/24"];
const expected: Readonly<Record<string, readonly [namespace: string, values: object]>> = {
  "traefik-crds": ["kube-system", traefikCrdsValues()],
  traefik: ["traefik", traefikValues({ trustedNetworks })],
  "argo-rollouts": ["argo-rollouts", argoRolloutsValues("PEM")],
  "external-secrets": ["external-secrets", externalSecretsValues()],
};

/** What Argo Rollouts' pods do not start without. */
const before = [
  "kubernetes:core/v1:ConfigMap eu-west-1-rollout-gate-ca",
  "kubernetes:core/v1:Namespace eu-west-1-argo-rollouts",
];

describe("MemberCharts", () => {
  let charts: MemberCharts | undefined;
  const lay = () =>
    register(() => {
      charts = new MemberCharts("eu-west-1", {
        region: fakeCluster("eu-west-1"),
        trustedNetworks,
        authority: pulumi.output("PEM"),
        clusterReady: [standing("nodes")],
        secretsIdentity: [standing("identity")],
        mirror: "http://mirror.test",
      });
    });

  it("registers exactly these, in the region, from the mirror, once pods can run", async () => {
    const all = ownOf(await lay());
    assert.deepEqual(
      all.map(({ id }) => id),
      [...Object.keys(expected).map(release), ...before, component].sort(),
    );
    for (const { id, parent, provider, deletedWith, dependsOn, inputs } of all) {
      if (id === component || before.includes(id)) continue;
      assert.equal(parent, component, id);
      assert.deepEqual([provider, deletedWith], ["eu-west-1", standingId("eu-west-1")], id);
      assert.ok(dependsOn.includes(standingId("nodes")), id);
      const hasIdentity = dependsOn.includes(standingId("identity"));
      assert.equal(hasIdentity, id === release("external-secrets"), id);
      assert.deepEqual(inputs["repositoryOpts"], { repo: "http://mirror.test" }, id);
    }
  });

  it("gives each its namespace and values", async () => {
    const all = await lay();
    for (const [name, [namespace, values]] of Object.entries(expected)) {
      const { inputs } = only(all, release(name));
      assert.equal(inputs["chart"], name);
      assert.deepEqual([inputs["name"], inputs["namespace"]], [name, namespace]);
      assert.equal(
        inputs["createNamespace"],
        !["kube-system", "argo-rollouts"].includes(namespace),
      );
      assert.deepEqual(inputs["values"], JSON.parse(JSON.stringify(values)), name);
    }
  });

  it("makes Traefik's kinds by their own chart, and the gateway after them", async () => {
    const all = await lay();
    const gateway = only(all, release("traefik"));
    assert.equal(gateway.inputs["skipCrds"], true);
    assert.deepEqual(gateway.dependsOn, [release("traefik-crds"), standingId("nodes")].sort());
    for (const name of ["traefik-crds", "argo-rollouts", "external-secrets"])
      assert.equal(only(all, release(name)).inputs["skipCrds"], false, name);
  });

  it("has the authority that Argo Rollouts trusts there before it", async () => {
    const all = await lay();
    const [map = "", namespace = ""] = before;
    assert.ok(only(all, release("argo-rollouts")).dependsOn.includes(map));
    const { dependsOn, inputs } = only(all, map);
    assert.ok(dependsOn.includes(namespace));
    assert.deepEqual(inputs["data"], { "ca.crt": "PEM" });
    assert.deepEqual(inputs["metadata"], { name: "rollout-gate-ca", namespace: "argo-rollouts" });
  });

  it("lets the region join once the kinds are there that Karmada sends", async () => {
    await lay();
    const names = async (list: readonly pulumi.Resource[] = []) => {
      const urns = list.map(({ urn }) => new Promise<string>((done) => void urn.apply(done)));
      return (await Promise.all(urns)).map((urn) => urn.split("::").at(-1));
    };
    assert.deepEqual(await names(charts?.ready), [
      "eu-west-1-traefik-crds",
      "eu-west-1-argo-rollouts",
    ]);
    assert.ok(charts);
    assert.deepEqual(await names([charts.gateway, charts.externalSecrets]), [
      "eu-west-1-traefik",
      "eu-west-1-external-secrets",
    ]);
  });
});
