import * as assert from "node:assert/strict";
import { authorityFingerprint } from "../../../infra/providers/local/authority";
import { LocalKarmada } from "../../../infra/components/federation/resources/local";
import {
  controllerFlags,
  controllerGates,
  federationControllers,
  gatesFlag,
  karmadaControllers,
  placementGates,
  schedulerFlags,
  webhookFlags,
} from "../../../infra/components/federation/manifests/karmadaFlags";
import { controlPlaneComponents } from "../../../infra/plan/clusterComponents";
import { rateFlags } from "../../../infra/components/federation/federationRates";
import { toolPath } from "../../../toolchain";
import { only, register } from "../../support/engine";
import { contextOf } from "../../support/localContext";
import { planOf, small } from "../../support/plan";
import { caOf, kubeconfigFor } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1")], {
  federation: { failover: { profile: "steady", evictionsPerSecond: 12 } },
});
const context = contextOf(plan);
const port = (name: string) => {
  const found = context.ports[name];
  assert.ok(found, name);
  return found;
};
const ca = Buffer.from(caOf("federation")).toString("base64");
const kubeconfig = kubeconfigFor("federation", `https://127.0.0.1:${port("federation/apiServer")}`);
const cluster = "meridian:local:Cluster federation";
const service = (name: string) => `meridian:local:Service karmada-${name}`;

describe("LocalKarmada", () => {
  let made: LocalKarmada;
  const lay = () =>
    register(() => {
      made = new LocalKarmada("federation", { context, plan: plan.federation });
    });

  it("registers exactly these, each below it, its API server's objects gone with the cluster, in this order", async () => {
    const all = await lay();
    const dependencies = Object.fromEntries(all.map(({ id, dependsOn }) => [id, dependsOn]));
    const apiService =
      "kubernetes:apiregistration.k8s.io/v1:APIService v1alpha1.cluster.karmada.io";
    const name = "kubernetes:core/v1:Service karmada-aggregated-apiserver";
    const crds = "meridian:index:Manifests karmada-crds";
    assert.deepEqual(dependencies, {
      [apiService]: [name, cluster],
      [name]: [crds, service("aggregated-apiserver")],
      [crds]: [cluster],
      "meridian:index:Manifests federation-rollouts-crds": [cluster],
      "meridian:index:Manifests federation-traefik-crds": [cluster],
      "meridian:index:Manifests karmada-webhooks": [cluster, service("webhook")],
      [cluster]: [],
      "meridian:local:KubernetesCluster federation": [],
      [service("aggregated-apiserver")]: [cluster],
      [service("controller-manager")]: [apiService, cluster],
      [service("scheduler")]: [apiService, cluster],
      [service("webhook")]: [crds, cluster],
      "pulumi:providers:kubernetes federation": [cluster],
    });
    for (const { id, parent, deletedWith, provider, type } of all) {
      if (id === "meridian:local:KubernetesCluster federation") continue;
      assert.equal(parent, "meridian:local:KubernetesCluster federation", id);
      const within = type.startsWith("kubernetes:") || type.startsWith("pulumi:providers:");
      assert.equal(deletedWith, within ? cluster : undefined, id);
      assert.equal(provider, type.startsWith("kubernetes:") ? "federation" : undefined, id);
    }
  });

  it("is ready when the API, its webhooks, its scheduler and its controllers are", async () => {
    await lay();
    const urns = await Promise.all(
      made.ready.map(
        ({ urn }) => new Promise<string>((resolve) => urn.apply((text) => resolve(text))),
      ),
    );
    assert.deepEqual(
      urns.map((urn) => urn.split("::").at(-1)),
      [
        "v1alpha1.cluster.karmada.io",
        "karmada-webhooks",
        "karmada-scheduler",
        "karmada-controller-manager",
        "federation-traefik-crds",
        "federation-rollouts-crds",
      ],
    );
  });

  it("has an API server of its own: aggregating, with no nodes and nothing that runs pods", async () => {
    const { inputs } = only(await lay(), cluster);
    assert.equal(inputs["aggregation"], true);
    assert.deepEqual(inputs["components"], [...controlPlaneComponents]);
    const flags = inputs["extraArgs"] as Record<string, Record<string, string>>;
    const controllers = flags["kube-controller-manager"]?.["controllers"]?.split(",") ?? [];
    assert.deepEqual(controllers, [...federationControllers]);
    for (const running of ["*", "deployment", "replicaset", "job", "nodelifecycle"])
      assert.ok(!controllers.includes(running), running);
    // It would refuse the regions' objects for accounts that the federation does not have.
    const off = flags["kube-apiserver"]?.["disable-admission-plugins"]?.split(",") ?? [];
    assert.ok(off.includes("ServiceAccount"));
  });

  it("keeps the aggregated API server's objects in the cluster's etcd, and serves them by TLS alone", async () => {
    const { inputs, secrets } = only(await lay(), service("aggregated-apiserver"));
    const command = (inputs["command"] as string[]).join(" ");
    assert.match(command, /--etcd-servers=unix:\S*clusters\/federation\/etcd\.sock/);
    assert.match(command, /--tls-cert-file=\S+ --tls-private-key-file=\S+/);
    const { hosts, ...signed } = inputs["serving"] as { hosts: string[] };
    const authority = authorityFingerprint(caOf("federation"));
    assert.deepEqual(signed, { cluster: "federation", authority });
    // Clients on this machine, and the API server, which knows it by the name of its Service.
    assert.ok(hosts.includes("127.0.0.1"));
    assert.ok(hosts.includes("karmada-aggregated-apiserver.karmada-system.svc"));
    assert.deepEqual(secrets, ["files"]);
  });

  it("starts controllers, scheduler and webhook by the same flags as on AWS", async () => {
    const all = await lay();
    const { failover } = plan.federation;
    const expected = {
      "controller-manager": [
        ...rateFlags(controllerFlags(failover)),
        gatesFlag(controllerGates),
        // Without rights for those who would come through Karmada.
        `--controllers=${karmadaControllers}`,
      ],
      scheduler: [...rateFlags(schedulerFlags), gatesFlag(placementGates)],
      webhook: [...rateFlags(webhookFlags), gatesFlag(placementGates)],
    };
    for (const [name, flags] of Object.entries(expected)) {
      const command = only(all, service(name)).inputs["command"] as string[];
      assert.deepEqual(
        flags.filter((flag) => !command.includes(flag)),
        [],
        name,
      );
    }
  });

  it("has only the webhook, of these, serve TLS", async () => {
    const all = await lay();
    const serves = ["controller-manager", "scheduler", "webhook"].filter(
      (name) => only(all, service(name)).inputs["serving"] !== undefined,
    );
    assert.deepEqual(serves, ["webhook"]);
  });

  it("hands cluster.karmada.io over, and fills in what the webhooks leave open", async () => {
    const all = await lay();
    const [api] = all.filter(({ name }) => name === "v1alpha1.cluster.karmada.io");
    assert.deepEqual(api?.inputs["spec"], {
      group: "cluster.karmada.io",
      version: "v1alpha1",
      groupPriorityMinimum: 2000,
      versionPriority: 10,
      caBundle: ca,
      service: {
        name: "karmada-aggregated-apiserver",
        namespace: "karmada-system",
        port: port("karmada-aggregated-apiserver/https"),
      },
    });
    const name = only(all, "kubernetes:core/v1:Service karmada-aggregated-apiserver").inputs;
    assert.deepEqual(name["spec"], { type: "ExternalName", externalName: "localhost" });
    assert.deepEqual(name["metadata"], {
      name: "karmada-aggregated-apiserver",
      namespace: "karmada-system",
    });
    const webhooks = only(all, "meridian:index:Manifests karmada-webhooks");
    assert.deepEqual(webhooks.inputs, {
      kubeconfig,
      folder: toolPath("karmada-webhooks"),
      replace: {
        "{{caBundle}}": ca,
        "https://karmada-webhook.karmada-system.svc:443": `https://127.0.0.1:${port("karmada-webhook/https")}`,
      },
    });
    const crds = only(all, "meridian:index:Manifests karmada-crds");
    assert.deepEqual(crds.inputs, {
      kubeconfig,
      folder: toolPath("karmada-crds"),
      namespace: "karmada-system",
    });
    for (const { secrets } of [webhooks, crds]) assert.deepEqual(secrets, ["kubeconfig"]);
  });
});
