import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import {
  argocdParameters,
  argocdSettings,
  bootstrapApplication,
  platformProject,
} from "../../../infra/manifests/argocd";
import { clusterConfig, Delivery } from "../../../infra/resources/platform/delivery";
import { only, register } from "../../support/engine";
import { fakeFoundation, ownOf, serverOf, standingId } from "../../support/foundation";
import { planOf, small } from "../../support/plan";
import { kubeconfigFor, secretMark } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1")], { delivery: { revision: "v7" } });
const repository = "file:///clone";

const configMaps = {
  "argocd-cm": argocdSettings(plan.delivery),
  "argocd-cmd-params-cm": argocdParameters(plan.delivery),
  "argocd-gpg-keys-cm": {},
  "argocd-rbac-cm": { "policy.default": "role:readonly" },
  "argocd-ssh-known-hosts-cm": {},
  "argocd-tls-certs-cm": {},
};

const settingIds = [
  "kubernetes:argoproj.io/v1alpha1:AppProject appproject-default",
  ...Object.keys(configMaps).map((name) => `kubernetes:core/v1:ConfigMap ${name}`),
  "kubernetes:core/v1:Secret argocd-secret",
  "kubernetes:core/v1:Secret federation-cluster",
];
const project = "kubernetes:argoproj.io/v1alpha1:AppProject appproject-platform";
const application = "kubernetes:argoproj.io/v1alpha1:Application application-bootstrap";

describe("Delivery", () => {
  let started: (readonly pulumi.Resource[])[];
  const deliver = async () => {
    started = [];
    const all = await register(() => {
      const foundation = fakeFoundation(plan, (settings) => started.push(settings));
      new Delivery("delivery", { plan, foundation });
    });
    return ownOf(all);
  };

  it("registers exactly these, on the hub, once Argo CD's kinds are there", async () => {
    const all = await deliver();
    assert.deepEqual(
      all.map(({ id }) => id),
      [...settingIds, project, application, "meridian:platform:Delivery delivery"].sort(),
    );
    for (const { id, parent, provider, deletedWith, dependsOn } of all) {
      if (id === "meridian:platform:Delivery delivery") continue;
      assert.equal(parent, "meridian:platform:Delivery delivery", id);
      assert.equal(provider, "hub", id);
      assert.equal(deletedWith, standingId("hub"), id);
      if (id !== application) assert.ok(dependsOn.includes(standingId("delivery-ready")), id);
    }
  });

  it("starts Argo CD once, with every setting that it reads as it starts", async () => {
    await deliver();
    assert.equal(started.length, 1);
    const urns = await Promise.all(
      (started[0] ?? []).map(({ urn }) => new Promise<string>((done) => void urn.apply(done))),
    );
    const names = urns.map((urn) => urn.split("::").at(-1));
    assert.deepEqual(names.sort(), settingIds.map((id) => id.split(" ")[1]).sort());
  });

  it("writes the settings", async () => {
    const all = await deliver();
    for (const [name, data] of Object.entries(configMaps)) {
      assert.deepEqual(only(all, `kubernetes:core/v1:ConfigMap ${name}`).inputs, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name,
          namespace: "argocd",
          labels: { "app.kubernetes.io/part-of": "argocd" },
        },
        data,
      });
    }
  });

  it("makes a key of 32 random bytes, secret, and never again", async () => {
    const id = "kubernetes:core/v1:Secret argocd-secret";
    const [one, other] = [only(await deliver(), id), only(await deliver(), id)];
    const keyOf = ({ inputs }: typeof one) =>
      (inputs["stringData"] as Record<string, string>)["server.secretkey"] ?? "";
    assert.equal(Buffer.from(keyOf(one), "base64").length, 32);
    assert.notEqual(keyOf(one), keyOf(other));
    assert.deepEqual(one.secrets, ["stringData"]);
    assert.deepEqual([...one.ignoreChanges].sort(), ["data", "stringData"]);
  });

  it("allows nothing in the default project and brings apps/bootstrap last", async () => {
    const all = await deliver();
    const { inputs } = only(all, "kubernetes:argoproj.io/v1alpha1:AppProject appproject-default");
    assert.deepEqual(inputs, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "default", namespace: "argocd" },
      spec: { sourceRepos: [], destinations: [] },
    });
    assert.deepEqual(only(all, project).inputs, platformProject(repository));
    const bootstrap = only(all, application);
    assert.deepEqual(bootstrap.inputs, bootstrapApplication(repository, "v7"));
    assert.deepEqual(bootstrap.dependsOn, [...settingIds, project].sort());
  });

  it("makes the federation known to Argo CD, credentials secret, once it is ready", async () => {
    const secret = only(await deliver(), "kubernetes:core/v1:Secret federation-cluster");
    assert.deepEqual(secret.inputs, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "federation",
        namespace: "argocd",
        labels: {
          "argocd.argoproj.io/secret-type": "cluster",
          "meridian.dev/role": "federation",
          "meridian.dev/environment": "test",
        },
        annotations: {
          "meridian.dev/repository": repository,
          "meridian.dev/revision": "v7",
          "meridian.dev/domain": "test.meridian.test",
        },
      },
      stringData: {
        name: "federation",
        server: serverOf("federation"),
        config: clusterConfig(kubeconfigFor("federation", serverOf("federation"))),
      },
    });
    assert.deepEqual(secret.secrets, ["stringData"]);
    assert.deepEqual(secret.dependsOn, [
      standingId("delivery-ready"),
      standingId("federation-ready"),
    ]);
  });

  it("turns a kubeconfig into Argo CD's form, with the server's certificate checked", () => {
    assert.deepEqual(JSON.parse(clusterConfig(kubeconfigFor("any", "https://any"))), {
      tlsClientConfig: {
        insecure: false,
        caData: "Q0E=",
        certData: "Q0VSVA==",
        keyData: secretMark,
      },
    });
  });
});
