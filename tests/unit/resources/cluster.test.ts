import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { authorityFingerprint } from "../../../infra/providers/local/authority";
import { LocalCluster } from "../../../infra/providers/local/resources/cluster";
import { LocalRegion } from "../../../infra/providers/local/resources/region";
import { LocalService } from "../../../infra/providers/local/resources/service";
import { only, register } from "../../support/engine";
import { contextOf } from "../../support/localContext";
import { planOf, small } from "../../support/plan";
import { caOf, kubeconfigFor } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1", { nodesPerZone: 2, spotPerZone: 1 })]);
const context = contextOf(plan);
const [region] = plan.regions;
assert.ok(region);

const apiServerOf = (name: string) => `https://127.0.0.1:${context.ports[`${name}/apiServer`]}`;

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

  it("gives its own network's services to both that hand out their addresses, and no lease to wait for", async () => {
    const { inputs, secretOutputs } = only(await register(make), "meridian:local:Cluster hub");
    const flags = inputs["extraArgs"] as Record<string, Record<string, string>>;
    for (const name of ["kube-apiserver", "kube-controller-manager"])
      assert.equal(flags[name]?.["service-cluster-ip-range"], plan.hub.network.services, name);
    // One of each component runs, so none waits for another's lease.
    for (const name of ["kube-controller-manager", "kube-scheduler"])
      assert.equal(flags[name]?.["leader-elect"], "false", name);
    assert.deepEqual(secretOutputs, ["kubeconfig"]);
  });

  it("has the ports that the instance remembers for it, each another", async () => {
    const { inputs } = only(await register(make), "meridian:local:Cluster hub");
    const ports = inputs["ports"] as Record<string, number>;
    for (const [part, port] of Object.entries(ports))
      assert.equal(port, context.ports[`hub/${part}`], part);
    assert.equal(new Set(Object.values(ports)).size, Object.keys(ports).length);
  });

  it("adds further flags to its own, of its own components and of others", async () => {
    const further = { "kube-apiserver": { v: "2" }, "kube-scheduler": { v: "3" } };
    const flagsOf = async (extraArgs = {}) => {
      const all = await register(
        () =>
          new LocalCluster("hub", {
            ...{ context, clusterName: "hub", network: plan.hub.network, extraArgs },
          }),
      );
      return only(all, "meridian:local:Cluster hub").inputs["extraArgs"] as typeof further;
    };
    const [own, both] = [await flagsOf(), await flagsOf(further)];
    for (const name of ["kube-apiserver", "kube-scheduler"] as const)
      assert.deepEqual(both[name], { ...own[name], ...further[name] });
    assert.deepEqual({ ...both, ...own }, own);
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
    const server = apiServerOf("hub");
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
      kubeconfig: kubeconfigFor("eu-west-1", apiServerOf("eu-west-1")),
      region: "eu-west-1",
      nodes: region.nodes,
    });
    assert.equal(region.nodes.length, 2);
    assert.deepEqual(pool.secrets, ["kubeconfig"]);
    assert.equal(pool.parent, "meridian:local:KubernetesCluster eu-west-1");
    assert.deepEqual(pool.dependsOn, ["meridian:local:Cluster eu-west-1"]);
    assert.equal(pool.deletedWith, undefined);
    assert.equal(made?.plan, region);
    assert.equal(made?.name, "eu-west-1");
  });
});

describe("LocalService", () => {
  const command = ["/bin/thing", "--fast"];

  it("keeps its files secret, in and out, and ties its certificate to the authority that signs it", async () => {
    const serving = {
      cluster: { name: "hub", ca: pulumi.output(caOf("hub")) },
      hosts: ["localhost"],
    };
    const all = await register(
      () => new LocalService("thing", { context, command, ports: [1], serving }, {}),
    );
    const thing = only(all, "meridian:local:Service thing");
    assert.deepEqual([thing.secrets, thing.secretOutputs], [["files"], ["files"]]);
    const authority = authorityFingerprint(caOf("hub"));
    assert.deepEqual(thing.inputs["serving"], { ...serving, cluster: "hub", authority });
  });

  it("waits for no address and serves nothing unless told to", async () => {
    const all = await register(
      () => new LocalService("thing", { context, command, ports: [] }, {}),
    );
    const { inputs } = only(all, "meridian:local:Service thing");
    assert.deepEqual([inputs["readyUrl"], inputs["serving"]], [undefined, undefined]);
    assert.deepEqual([inputs["variables"], inputs["files"]], [{}, {}]);
  });
});
