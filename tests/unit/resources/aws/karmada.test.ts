import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  flagsBesideChart,
  karmadaValues,
} from "../../../../infra/components/federation/manifests/karmadaChart";
import {
  etcdBudget,
  etcdTraffic,
} from "../../../../infra/components/federation/manifests/karmadaEtcd";
import { outsideKubeconfig } from "../../../../infra/components/federation/manifests/karmadaKubeconfig";
import { EksKarmada } from "../../../../infra/components/federation/resources/aws";
import { only, register } from "../../../support/engine";
import { fakeCluster, ownOf, standing, standingId } from "../../../support/foundation";
import { planOf, small } from "../../../support/plan";
import { chartKubeconfig, secretMark } from "../../../support/resourceTypes";

const plan = planOf([small("eu-west-1")]);
const release = "kubernetes:helm.sh/v3:Release federation-karmada";
const kinds = "kubernetes:helm.sh/v3:Release federation-traefik-crds";
const reachable = "meridian:index:Reachable federation";
const patch = (name: string) =>
  `kubernetes:apps/v1:DeploymentPatch federation-karmada-${name}-flags`;
const own = [
  "kubernetes:networking.k8s.io/v1:NetworkPolicy federation-etcd",
  "kubernetes:policy/v1:PodDisruptionBudget federation-etcd",
  patch("scheduler"),
  patch("webhook"),
];
const outside = outsideKubeconfig(chartKubeconfig, "nlb.test", 5443);

/** What an output becomes. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((done) => void output.apply(done));
}

describe("EksKarmada", () => {
  let karmada: EksKarmada | undefined;
  let ledTo: pulumi.Resource[];

  const lay = (mirror?: string) => {
    ledTo = [];
    return register(() => {
      karmada = new EksKarmada("federation", {
        hub: fakeCluster("hub"),
        plan: plan.federation,
        zones: 3,
        storageClass: "auto-ebs",
        host: pulumi.output("nlb.test"),
        lead: (installed) => {
          ledTo.push(installed);
          return [standing("target-group-binding")];
        },
        hubReady: [standing("hub-nodes")],
        mirror,
      });
    });
  };

  it("installs the chart on the hub, once pods can run there", async () => {
    const { inputs, provider, deletedWith, dependsOn } = only(await lay(), release);
    const { federation } = plan;
    const values = karmadaValues({ federation, zones: 3, storageClass: "auto-ebs" });
    assert.deepEqual(inputs["values"], JSON.parse(JSON.stringify(values)));
    assert.deepEqual([inputs["name"], inputs["namespace"]], ["karmada", "karmada-system"]);
    assert.deepEqual([provider, deletedWith], ["hub", standingId("hub")]);
    assert.deepEqual(dependsOn, [standingId("hub-nodes")]);
  });

  it("adds on the hub what the chart has no value for", async () => {
    const all = await lay();
    for (const id of own) {
      const { provider, deletedWith, dependsOn } = only(all, id);
      assert.deepEqual([provider, deletedWith], ["hub", standingId("hub")], id);
      assert.deepEqual(dependsOn, [release], id);
    }
    for (const { name, args } of flagsBesideChart()) {
      const { inputs } = only(all, `kubernetes:apps/v1:DeploymentPatch federation-${name}-flags`);
      assert.deepEqual(inputs["metadata"], {
        name,
        namespace: "karmada-system",
        annotations: { "pulumi.com/patchFieldManager": "meridian-flags" },
      });
      // The container by its name and nothing of it but `args`: all else is Helm's.
      assert.deepEqual(inputs["spec"], {
        template: { spec: { containers: [{ name, args }] } },
      });
    }
    const [traffic, budget] = own.slice(0, 2).map((id) => only(all, id).inputs["spec"]);
    assert.deepEqual(traffic, etcdTraffic.spec);
    assert.deepEqual(budget, etcdBudget.spec);
  });

  it("is reached at the load balancer, and used only once that answers", async () => {
    const all = await lay();
    assert.equal(ledTo.length, 1);
    const answers = only(all, reachable);
    assert.deepEqual(answers.inputs, { kubeconfig: outside, seconds: 600 });
    assert.deepEqual(answers.secrets, ["kubeconfig"]);
    assert.equal(answers.deletedWith, release);
    assert.ok(answers.dependsOn.includes(standingId("target-group-binding")));
    assert.ok(answers.dependsOn.includes(release));
    const provider = only(all, "pulumi:providers:kubernetes federation");
    assert.equal(provider.inputs["kubeconfig"], outside);
    assert.deepEqual(provider.secrets, ["kubeconfig"]);
    assert.equal(provider.deletedWith, release);
    assert.ok(provider.dependsOn.includes(reachable));
  });

  it("brings Traefik's kinds into the federation, whose own namespace keeps the record", async () => {
    const { inputs, provider, deletedWith, dependsOn } = only(await lay(), kinds);
    assert.equal(inputs["chart"], "traefik-crds");
    assert.equal(inputs["namespace"], "karmada-system");
    assert.equal(inputs["createNamespace"], false);
    assert.deepEqual([provider, deletedWith], ["federation", release]);
    assert.ok(dependsOn.includes(reachable));
  });

  it("is a cluster like any other", async () => {
    await lay();
    assert.ok(karmada);
    assert.equal(karmada.name, "federation");
    assert.equal(await valueOf(karmada.server), "https://nlb.test:5443");
    assert.equal(await valueOf(karmada.ca), "CA");
    assert.equal(await valueOf(karmada.kubeconfig), outside);
    assert.equal(await pulumi.isSecret(karmada.kubeconfig), true);
    assert.equal(await pulumi.isSecret(karmada.ca), false);
    const ready = await Promise.all(karmada.ready.map(({ urn }) => valueOf(urn)));
    assert.deepEqual(ready.map((urn) => urn.split("::").at(-1)).sort(), [
      "federation",
      "federation-karmada-scheduler-flags",
      "federation-karmada-webhook-flags",
      "federation-rollouts-crds",
      "federation-traefik-crds",
    ]);
  });

  it("shows no key, and takes both charts from a mirror", async () => {
    const all = await lay("http://mirror.test");
    for (const { id, inputs, secrets } of ownOf(all)) {
      const open = Object.entries(inputs).filter(([key]) => !secrets.includes(key));
      assert.ok(!JSON.stringify(open).includes(secretMark), `${id} shows a key`);
    }
    for (const id of [release, kinds])
      assert.deepEqual(only(all, id).inputs["repositoryOpts"], { repo: "http://mirror.test" });
  });
});
