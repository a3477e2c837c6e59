import * as assert from "node:assert/strict";
import {
  argocdParameters,
  argocdSettings,
} from "../../../infra/components/delivery/manifests/argocd";
import { createArgocdSettings } from "../../../infra/components/delivery/resources/localSettings";
import { only, register } from "../../support/engine";
import { fakeCluster, ownOf, standing, standingId } from "../../support/foundation";
import { planOf, small } from "../../support/plan";

const { delivery } = planOf([small("eu-west-1")], { delivery: { pollSeconds: 7 } });

const configMaps = [
  "argocd-cm",
  "argocd-cmd-params-cm",
  "argocd-gpg-keys-cm",
  "argocd-rbac-cm",
  "argocd-ssh-known-hosts-cm",
  "argocd-tls-certs-cm",
];
const project = "kubernetes:argoproj.io/v1alpha1:AppProject appproject-default";

describe("createArgocdSettings", () => {
  const create = async () =>
    ownOf(
      await register(() => {
        const opts = { parent: standing("parent"), dependsOn: [standing("kinds")] };
        createArgocdSettings(fakeCluster("hub"), delivery, opts);
      }),
    );

  it("registers exactly these, on the hub, once Argo CD's kinds are there", async () => {
    const all = await create();
    assert.deepEqual(
      all.map(({ id }) => id),
      [
        project,
        ...configMaps.map((name) => `kubernetes:core/v1:ConfigMap ${name}`),
        "kubernetes:core/v1:Secret argocd-secret",
      ],
    );
    for (const { id, parent, provider, deletedWith, dependsOn } of all) {
      assert.equal(parent, standingId("parent"), id);
      assert.equal(provider, "hub", id);
      assert.equal(deletedWith, standingId("hub"), id);
      assert.deepEqual(dependsOn, [standingId("kinds")], id);
    }
  });

  it("writes the settings of every environment, and that people may look without a password, and only look", async () => {
    const all = await create();
    const dataOf = (name: string) => {
      const { metadata, data } = only(all, `kubernetes:core/v1:ConfigMap ${name}`).inputs;
      // Argo CD reads no ConfigMap without the label.
      const { labels } = metadata as { labels: Record<string, string> };
      assert.equal(labels["app.kubernetes.io/part-of"], "argocd");
      return data as Record<string, string>;
    };
    const settings = dataOf("argocd-cm");
    assert.deepEqual({ ...settings, ...argocdSettings(delivery) }, settings);
    assert.deepEqual(dataOf("argocd-cmd-params-cm"), argocdParameters(delivery));
    assert.equal(settings["admin.enabled"], "false");
    assert.equal(settings["users.anonymous.enabled"], "true");
    assert.equal(dataOf("argocd-rbac-cm")["policy.default"], "role:readonly");
  });

  it("makes a key of 32 random bytes, secret, and never again", async () => {
    const id = "kubernetes:core/v1:Secret argocd-secret";
    const [one, other] = [only(await create(), id), only(await create(), id)];
    const keyOf = ({ inputs }: typeof one) =>
      (inputs["stringData"] as Record<string, string>)["server.secretkey"] ?? "";
    assert.equal(Buffer.from(keyOf(one), "base64").length, 32);
    assert.notEqual(keyOf(one), keyOf(other));
    assert.deepEqual(one.secrets, ["stringData"]);
    assert.deepEqual([...one.ignoreChanges].sort(), ["data", "stringData"]);
  });

  it("allows nothing in the default project", async () => {
    assert.deepEqual(only(await create(), project).inputs["spec"], {
      sourceRepos: [],
      destinations: [],
    });
  });
});
