import * as assert from "node:assert/strict";
import { authorityFingerprint } from "../../../infra/local/authority";
import { LocalKarmada } from "../../../infra/resources/local/karmada";
import { controllerRates, rateFlags, schedulerRates } from "../../../infra/plan/federationRates";
import { toolPath } from "../../../tools/toolchain";
import { only, register } from "../../support/engine";
import { contextOf, home } from "../../support/localContext";
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
const file = (service: string, name: string) => `${home}/test/files/${service}/${name}`;
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

  it("has an API server of its own: aggregating, with the controllers it needs and no nodes", async () => {
    const { inputs } = only(await lay(), cluster);
    const services = { "service-cluster-ip-range": "10.15.192.0/18" };
    assert.deepEqual(inputs["components"], ["etcd", "kube-apiserver", "kube-controller-manager"]);
    assert.equal(inputs["aggregation"], true);
    assert.deepEqual(inputs["extraArgs"], {
      "kube-apiserver": {
        ...services,
        "disable-admission-plugins": "StorageObjectInUseProtection,ServiceAccount",
        "enable-aggregator-routing": "false",
      },
      "kube-controller-manager": {
        ...services,
        "leader-elect": "false",
        controllers:
          "namespace,garbagecollector,serviceaccount-token,ttl-after-finished,clusterrole-aggregation",
      },
    });
  });

  it("starts the aggregated API server over the cluster's etcd, with a certificate of the cluster", async () => {
    const found = only(await lay(), service("aggregated-apiserver"));
    const name = "karmada-aggregated-apiserver";
    const https = port(`${name}/https`);
    assert.deepEqual(found.inputs, {
      home,
      environment: "test",
      name,
      command: [
        toolPath(name),
        `--kubeconfig=${file(name, "kubeconfig")}`,
        `--authentication-kubeconfig=${file(name, "kubeconfig")}`,
        `--authorization-kubeconfig=${file(name, "kubeconfig")}`,
        "--authorization-always-allow-paths=/healthz,/livez,/readyz",
        "--etcd-servers=unix://kwok/clusters/federation/etcd.sock",
        `--tls-cert-file=${file(name, "tls.crt")}`,
        `--tls-private-key-file=${file(name, "tls.key")}`,
        "--tls-min-version=VersionTLS13",
        "--bind-address=127.0.0.1",
        `--secure-port=${https}`,
      ],
      variables: {},
      files: { kubeconfig },
      ports: [https],
      readyUrl: `https://127.0.0.1:${https}/readyz`,
      serving: {
        cluster: "federation",
        authority: authorityFingerprint(caOf("federation")),
        hosts: ["localhost", "127.0.0.1", `${name}.karmada-system.svc`],
      },
    });
    assert.deepEqual(found.secrets, ["files"]);
  });

  it("starts the controllers with the plan's timings and without rights for strangers", async () => {
    const { inputs } = only(await lay(), service("controller-manager"));
    const name = "karmada-controller-manager";
    const [health, metrics] = [port(`${name}/health`), port(`${name}/metrics`)];
    assert.deepEqual(inputs["command"], [
      toolPath(name),
      `--kubeconfig=${file(name, "kubeconfig")}`,
      "--leader-elect=false",
      "--controllers=*,-unifiedAuth",
      "--feature-gates=Failover=true,GracefulEviction=true,PropagationPolicyPreemption=true",
      "--cluster-status-update-frequency=10s",
      "--cluster-failure-threshold=30s",
      "--cluster-success-threshold=30s",
      "--cluster-monitor-period=5s",
      "--cluster-monitor-grace-period=40s",
      "--enable-no-execute-taint-eviction=true",
      ...rateFlags(controllerRates),
      "--resource-eviction-rate=12",
      `--health-probe-bind-address=127.0.0.1:${health}`,
      `--metrics-bind-address=127.0.0.1:${metrics}`,
    ]);
    assert.deepEqual(inputs["ports"], [health, metrics]);
    assert.equal(inputs["readyUrl"], `http://127.0.0.1:${health}/healthz`);
    assert.equal(inputs["serving"], undefined);
  });

  it("starts scheduler and webhook on loopback, and only the webhook serves TLS", async () => {
    const all = await lay();
    const scheduler = only(all, service("scheduler")).inputs;
    const webhook = only(all, service("webhook")).inputs;
    const gates = "--feature-gates=Failover=true,PropagationPolicyPreemption=true";
    const at = (name: string) => port(`karmada-${name}`);
    assert.deepEqual(scheduler["command"], [
      toolPath("karmada-scheduler"),
      `--kubeconfig=${file("karmada-scheduler", "kubeconfig")}`,
      "--leader-elect=false",
      "--enable-scheduler-estimator=false",
      ...rateFlags(schedulerRates),
      `--health-probe-bind-address=127.0.0.1:${at("scheduler/health")}`,
      `--metrics-bind-address=127.0.0.1:${at("scheduler/metrics")}`,
      gates,
    ]);
    assert.equal(scheduler["readyUrl"], `http://127.0.0.1:${at("scheduler/health")}/healthz`);
    assert.equal(scheduler["serving"], undefined);
    assert.deepEqual(webhook["command"], [
      toolPath("karmada-webhook"),
      `--kubeconfig=${file("karmada-webhook", "kubeconfig")}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${at("webhook/https")}`,
      `--cert-dir=${home}/test/files/karmada-webhook`,
      `--health-probe-bind-address=127.0.0.1:${at("webhook/health")}`,
      `--metrics-bind-address=127.0.0.1:${at("webhook/metrics")}`,
      "--allow-no-execute-taint-policy=true",
      gates,
    ]);
    assert.equal(webhook["readyUrl"], `https://127.0.0.1:${at("webhook/https")}/readyz`);
    assert.deepEqual(
      webhook["ports"],
      ["https", "health", "metrics"].map((part) => at(`webhook/${part}`)),
    );
    assert.ok(webhook["serving"]);
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
