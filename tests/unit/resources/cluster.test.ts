import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { authorityFingerprint } from "../../../infra/local/authority";
import { LocalCluster } from "../../../infra/resources/local/cluster";
import { LocalRegion } from "../../../infra/resources/local/region";
import { LocalService } from "../../../infra/resources/local/service";
import { only, register } from "../../support/engine";
import { contextOf, home, kubernetesVersion } from "../../support/localContext";
import { planOf, small } from "../../support/plan";
import { caOf, kubeconfigFor } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1", { nodesPerZone: 2, spotPerZone: 1 })]);
const context = contextOf(plan);
const [region] = plan.regions;
assert.ok(region);

/** Ports of a cluster, the first of them its API server's. */
const portsFrom = (apiServer: number) => ({
  apiServer,
  controllerManager: apiServer + 1,
  scheduler: apiServer + 2,
  kwok: apiServer + 3,
});

/** One of each component runs, so none waits for another's lease. */
const alone = { "leader-elect": "false" };

describe("LocalCluster", () => {
  const make = () =>
    new LocalCluster("hub", { context, clusterName: "hub", network: plan.hub.network });

  it("is a component with the cluster and the engine's connection to it", async () => {
    const all = await register(make);
    const [component, custom] = [
      "meridian:local:KubernetesCluster hub",
      "meridian:local:Cluster hub",
    ];
    assert.deepEqual(
      all.map(({ id, parent, deletedWith }) => ({ id, parent, deletedWith })),
      [
        { id: custom, parent: component, deletedWith: undefined },
        { id: component, parent: undefined, deletedWith: undefined },
        { id: "pulumi:providers:kubernetes hub", parent: component, deletedWith: custom },
      ],
    );
  });

  it("has all components, its network's services and its remembered ports", async () => {
    const { inputs, secretOutputs } = only(await register(make), "meridian:local:Cluster hub");
    const services = { "service-cluster-ip-range": "10.14.192.0/18" };
    assert.deepEqual(inputs, {
      home,
      environment: "test",
      name: "hub",
      ports: portsFrom(20_000),
      kubernetesVersion,
      components: [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kwok-controller",
      ],
      extraArgs: {
        "kube-apiserver": services,
        "kube-controller-manager": { ...services, ...alone },
        "kube-scheduler": alone,
      },
      aggregation: false,
    });
    assert.deepEqual(secretOutputs, ["kubeconfig"]);
  });

  it("adds further flags to its own, of its own components and of others", async () => {
    const all = await register(
      () =>
        new LocalCluster("hub", {
          context,
          clusterName: "hub",
          network: plan.hub.network,
          components: ["etcd", "kube-scheduler"],
          aggregation: true,
          extraArgs: { "kube-apiserver": { v: "2" }, "kube-scheduler": { v: "3" } },
        }),
    );
    const { inputs } = only(all, "meridian:local:Cluster hub");
    const services = { "service-cluster-ip-range": "10.14.192.0/18" };
    assert.deepEqual(inputs["extraArgs"], {
      "kube-apiserver": { ...services, v: "2" },
      "kube-controller-manager": { ...services, ...alone },
      "kube-scheduler": { ...alone, v: "3" },
    });
    assert.deepEqual(inputs["components"], ["etcd", "kube-scheduler"]);
    assert.equal(inputs["aggregation"], true);
  });

  it("keeps its kubeconfig secret, to the provider and to whoever composes with it", async () => {
    let secret: Promise<boolean> = Promise.resolve(false);
    const seen: string[] = [];
    const all = await register(() => {
      const cluster = make();
      secret = pulumi.isSecret(cluster.kubeconfig);
      pulumi
        .all([cluster.kubeconfig, cluster.server, cluster.ca])
        .apply((out) => seen.push(...out));
    });
    const server = "https://127.0.0.1:20000";
    const provider = only(all, "pulumi:providers:kubernetes hub");
    assert.equal(await secret, true);
    assert.deepEqual(seen, [kubeconfigFor("hub", server), server, caOf("hub")]);
    assert.deepEqual(provider.secrets, ["kubeconfig"]);
    assert.deepEqual(provider.inputs, {
      kubeconfig: kubeconfigFor("hub", server),
      deleteUnreachable: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
  });
});

describe("LocalRegion", () => {
  it("is a cluster with one pool of the planned nodes, which goes before it", async () => {
    let made: LocalRegion | undefined;
    const all = await register(() => {
      made = new LocalRegion("eu-west-1", { context, plan: region });
    });
    assert.deepEqual(
      all.map(({ id }) => id),
      [
        "meridian:index:Manifests eu-west-1-rollouts-crds",
        "meridian:index:Manifests eu-west-1-traefik-crds",
        "meridian:local:Cluster eu-west-1",
        "meridian:local:KubernetesCluster eu-west-1",
        "meridian:local:NodePool eu-west-1",
        "pulumi:providers:kubernetes eu-west-1",
      ],
    );
    const pool = only(all, "meridian:local:NodePool eu-west-1");
    assert.deepEqual(pool.inputs, {
      kubeconfig: kubeconfigFor("eu-west-1", "https://127.0.0.1:20008"),
      region: "eu-west-1",
      nodes: region.nodes,
    });
    assert.equal(region.nodes.length, 2);
    assert.deepEqual(pool.secrets, ["kubeconfig"]);
    assert.equal(pool.parent, "meridian:local:KubernetesCluster eu-west-1");
    assert.deepEqual(pool.dependsOn, ["meridian:local:Cluster eu-west-1"]);
    assert.equal(pool.deletedWith, undefined);
    assert.deepEqual(
      only(all, "meridian:local:Cluster eu-west-1").inputs["ports"],
      portsFrom(20_008),
    );
    assert.equal(made?.plan, region);
    assert.equal(made?.name, "eu-west-1");
  });
});

describe("LocalService", () => {
  it("hands over what it was given, and its files as a secret", async () => {
    const all = await register(
      () =>
        new LocalService(
          "thing",
          {
            context,
            command: ["/bin/thing", "--fast"],
            variables: { A: "1" },
            files: { kubeconfig: "text" },
            serving: {
              cluster: { name: "hub", ca: pulumi.output(caOf("hub")) },
              hosts: ["localhost"],
            },
            ports: [1, 2],
            readyUrl: "http://127.0.0.1:1/ready",
          },
          {},
        ),
    );
    assert.equal(all.length, 1);
    const thing = only(all, "meridian:local:Service thing");
    assert.deepEqual(thing.inputs, {
      home,
      environment: "test",
      name: "thing",
      command: ["/bin/thing", "--fast"],
      variables: { A: "1" },
      files: { kubeconfig: "text" },
      serving: {
        cluster: "hub",
        authority: authorityFingerprint(caOf("hub")),
        hosts: ["localhost"],
      },
      ports: [1, 2],
      readyUrl: "http://127.0.0.1:1/ready",
    });
    assert.deepEqual(thing.secrets, ["files"]);
    assert.deepEqual(thing.secretOutputs, ["files"]);
  });

  it("leaves out what it was not given", async () => {
    const all = await register(
      () => new LocalService("thing", { context, command: ["/bin/thing"], ports: [] }, {}),
    );
    assert.deepEqual(only(all, "meridian:local:Service thing").inputs, {
      home,
      environment: "test",
      name: "thing",
      command: ["/bin/thing"],
      variables: {},
      files: {},
      ports: [],
    });
  });
});
