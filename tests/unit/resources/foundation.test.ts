import * as assert from "node:assert/strict";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { instanceOf, repositoryRoot } from "../../../infra/providers/local/instance";
import { readPorts } from "../../../infra/providers/local/ports";
import { componentsOf } from "../../../infra/components/registry";
import { allPortNames } from "../../../infra/plan/ports";
import type { PlatformPlan } from "../../../infra/plan/types";
import type { Foundation } from "../../../infra/resources/foundation";
import { createLocalFoundation } from "../../../infra/providers/local/resources/foundation";
import { Platform } from "../../../infra/resources/platform";
import { toolPath } from "../../../toolchain";
import { only, register, type Registered } from "../../support/engine";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";
import { isWithinCluster } from "../../support/goesWith";
import { secretMark } from "../../support/resourceTypes";

const three = ["eu-west-1", "us-east-1", "ap-southeast-1"].map((name) => small(name));
const fourth = small("sa-east-1");

/** What every region has of its own, by type and what follows its name. */
const ofRegion = (name: string) => [
  `kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration ${name}-rollout-gate`,
  `kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy ${name}-karmada`,
  `kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding ${name}-karmada`,
  `kubernetes:argoproj.io/v1alpha1:ClusterAnalysisTemplate ${name}-rollout-gate`,
  `kubernetes:argoproj.io/v1alpha1:ClusterAnalysisTemplate ${name}-rollout-gate-off`,
  `kubernetes:core/v1:Namespace ${name}-karmada-member`,
  `kubernetes:core/v1:Secret ${name}-credentials`,
  `kubernetes:core/v1:Secret ${name}-dataplane-token`,
  `kubernetes:core/v1:Secret ${name}-kubelet-token`,
  `kubernetes:core/v1:Secret ${name}-karmada-token`,
  `kubernetes:core/v1:Secret ${name}-rollout-gate-token`,
  `kubernetes:core/v1:ServiceAccount ${name}-dataplane`,
  `kubernetes:core/v1:ServiceAccount ${name}-kubelet`,
  `kubernetes:core/v1:ServiceAccount ${name}-karmada`,
  `kubernetes:core/v1:ServiceAccount ${name}-rollout-gate`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${name}-dataplane`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-dataplane`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${name}-kubelet`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-kubelet`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${name}-karmada`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-karmada`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${name}-rollout-gate`,
  `kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-rollout-gate`,
  `meridian:index:Manifests ${name}-rollouts-crds`,
  `meridian:index:Manifests ${name}-traefik-crds`,
  `meridian:index:Membership ${name}`,
  `meridian:local:Cluster ${name}`,
  `meridian:local:Edge ${name}`,
  `meridian:local:KubernetesCluster ${name}`,
  `meridian:local:NodePool ${name}`,
  `meridian:local:Rollouts ${name}`,
  `meridian:local:Service dataplane-${name}`,
  `meridian:local:Service gateway-${name}`,
  `meridian:local:Service rollout-gate-${name}`,
  `meridian:local:Service rollouts-${name}`,
  `meridian:platform:FederationMember ${name}`,
  `pulumi:providers:kubernetes ${name}`,
];

describe("The whole local platform", () => {
  let folder: ReturnType<typeof makeFolder>;
  let all: Registered[];
  let foundation: Foundation | undefined;

  const lay = (plan: PlatformPlan) =>
    register(async () => {
      foundation = await createLocalFoundation(plan, instanceOf("test", folder.dir), {
        kind: "file",
        file: "flags.test.json",
      });
      new Platform("platform", { plan, foundation });
    });

  before(async () => {
    folder = makeFolder();
    all = await lay(planOf(three));
  });
  after(() => folder.remove());

  it("registers each thing once: no two of one type share a name", () => {
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    // Thirty-seven for each region, and 59 that there are once.
    assert.equal(all.length, 3 * 37 + 59);
  });

  it("hands over clusters, their plans, and this clone as the repository", () => {
    assert.ok(foundation);
    const { hub, federation, regions, repository } = foundation;
    assert.deepEqual([hub.name, federation.name], ["hub", "federation"]);
    assert.deepEqual(
      regions.map(({ name, plan }) => [name, plan.role]),
      [
        ["eu-west-1", "hub"],
        ["us-east-1", "member"],
        ["ap-southeast-1", "member"],
      ],
    );
    assert.equal(repository, pathToFileURL(repositoryRoot).href);
    assert.equal(foundation.deliveryReady.length, 1);
    assert.equal(foundation.federationReady.length, 6);
  });

  it("delivers another repository when one is configured", async () => {
    const own = makeFolder();
    const plan = planOf([small("eu-west-1")], { delivery: { repository: "https://git.test/a" } });
    try {
      const found = await register(async () => {
        foundation = await createLocalFoundation(plan, instanceOf("test", own.dir), {
          kind: "file",
          file: "flags.test.json",
        });
      });
      assert.equal(foundation?.repository, "https://git.test/a");
      assert.ok(!found.some(({ name }) => name.startsWith("argocd-") && name !== "argocd-crds"));
      // Nobody on this machine knows of its commits first.
      assert.ok(!found.some(({ name }) => name === "git-notifier"));
    } finally {
      own.remove();
    }
  });

  it("gives every cluster and service ports of its own, which the instance remembers", () => {
    const instance = instanceOf("test", folder.dir);
    const remembered = readPorts(instance);
    const clusters = ["hub", "federation", "eu-west-1", "us-east-1", "ap-southeast-1"];
    assert.deepEqual(
      Object.keys(remembered).sort(),
      allPortNames(
        clusters,
        clusters.slice(2),
        componentsOf(planOf([small("eu-west-1")]).environment),
      ).sort(),
    );
    const used = all
      .filter(({ type }) => /^meridian:local:(Cluster|Service)$/.test(type))
      .flatMap(({ inputs }) => Object.values(inputs["ports"] as Record<string, number>));
    // Gateways and pods have these on their regions' own addresses, each region the same.
    const shared = ["gateway/http", "dataplane/pods"].map((name) => remembered[name]);
    assert.equal(new Set(used).size, used.length);
    assert.deepEqual([...used, ...shared].sort(), Object.values(remembered).sort());
    for (const { inputs } of all.filter(({ type }) => type === "meridian:local:Cluster"))
      assert.equal(inputs["home"], path.dirname(instance.dir));
  });

  it("runs no nodes on the hub, and Argo CD's kinds are there before its namespace is used", () => {
    const hub = only(all, "meridian:local:Cluster hub").inputs;
    assert.deepEqual(hub["components"], ["etcd", "kube-apiserver", "kube-controller-manager"]);
    assert.equal(hub["aggregation"], false);
    const crds = only(all, "meridian:index:Manifests argocd-crds");
    const { kubeconfig, ...inputs } = crds.inputs;
    assert.ok(kubeconfig);
    assert.deepEqual(inputs, { folder: toolPath("argocd-manifests"), namespace: "argocd" });
    assert.deepEqual(crds.secrets, ["kubeconfig"]);
    assert.deepEqual(crds.dependsOn, ["meridian:local:Cluster hub"]);
  });

  it("has Argo CD's settings where they have always been, and Argo CD wait for all of them", () => {
    const delivery = "meridian:platform:Delivery delivery";
    const settings = all.filter(({ parent }) => parent === delivery).map(({ id }) => id);
    assert.equal(settings.length, 8 + 3);
    const later = ["appproject-platform", "application-bootstrap"];
    const read = settings.filter((id) => !later.includes(id.split(" ")[1] ?? ""));
    const [repo] = all.filter(({ name }) => name === "argocd-repo-server");
    for (const id of read) assert.ok(repo?.dependsOn.includes(id), id);
    const bootstrap = only(
      all,
      "kubernetes:argoproj.io/v1alpha1:Application application-bootstrap",
    );
    assert.deepEqual(bootstrap.dependsOn, settings.filter((id) => id !== bootstrap.id).sort());
  });

  it("tells Argo CD of this clone's commits, with the right to ask for a look and no other", () => {
    const { inputs, dependsOn } = only(all, "meridian:local:Service git-notifier");
    const files = inputs["files"] as Record<string, string>;
    const { clone, follow, api } = JSON.parse(files["config.json"] ?? "") as Record<
      string,
      unknown
    >;
    assert.deepEqual([clone, follow], [repositoryRoot, { revision: "HEAD" }]);
    assert.equal((api as { token: string }).token, "TOKEN OF git-notifier-token");
    assert.ok(dependsOn.includes("meridian:index:Manifests argocd-crds"));
    const role = only(all, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole git-notifier");
    assert.equal(role.provider, "hub");
    assert.deepEqual(role.inputs["rules"], [
      {
        apiGroups: ["argoproj.io"],
        resources: ["applications", "applicationsets"],
        verbs: ["get", "list", "patch"],
      },
    ]);
  });

  it("gives every Kubernetes object its own cluster's connection", () => {
    const objects = all.filter(({ type }) => type.startsWith("kubernetes:"));
    // A region's own objects bear its name first; credentials lie at the federation.
    const regions = three.map(({ name }) => name);
    for (const { id, name, provider, deletedWith } of objects) {
      const region = regions.find((each) => name.startsWith(`${each}-`));
      assert.ok(provider, `${id} has the default provider`);
      if (region !== undefined && !name.endsWith("-credentials"))
        assert.equal(provider, region, id);
      else assert.ok(["hub", "federation"].includes(provider), id);
      assert.equal(deletedWith, `meridian:local:Cluster ${provider}`, id);
    }
    assert.equal(objects.length, 3 * 23 + 30);
  });

  it("lets go with a cluster what its API server keeps, and nothing that runs or lies beside it", () => {
    for (const { id, type, deletedWith, parent } of all) {
      assert.equal(deletedWith !== undefined, isWithinCluster({ type }), id);
      const top = /KubernetesCluster|Platform platform|meridian:local:(Edge|Dns|Rollouts) /.test(
        id,
      );
      assert.equal(parent === undefined, top, id);
    }
  });

  it("marks every secret input, and puts none on a command line or into a variable", () => {
    for (const { id, inputs, secrets } of all) {
      for (const key of ["kubeconfig", "files", "stringData"])
        if (key in inputs) assert.ok(secrets.includes(key), `${id}: ${key} is not secret`);
      const open = Object.entries(inputs).filter(([key]) => !secrets.includes(key));
      assert.ok(!JSON.stringify(open).includes(secretMark), `${id} shows a key`);
      assert.ok(!/TOKEN OF|VE9LRU4/.test(JSON.stringify(open)), `${id} shows a token`);
    }
    const services = all.filter(({ type }) => type === "meridian:local:Service");
    assert.equal(services.length, 9 + 3 * 4 + 2);
    for (const { id, inputs, secrets } of services) {
      assert.deepEqual(secrets, ["files"], id);
      assert.ok(!JSON.stringify([inputs["command"], inputs["variables"]]).includes(secretMark), id);
    }
  });

  describe("with a fourth region", () => {
    let more: Registered[];
    before(async () => {
      more = await lay(planOf([...three, fourth]));
    });

    it("has what it had and that region's own, and nothing else", () => {
      const before = new Set(all.map(({ id }) => id));
      const added = more.map(({ id }) => id).filter((id) => !before.has(id));
      assert.deepEqual(added, ofRegion("sa-east-1").sort());
      assert.equal(more.length, all.length + added.length);
    });

    it("changes the facts, one override policy and the zone, and nothing else", () => {
      const changed = all.filter((old) => {
        const now = only(more, old.id);
        // The key is random at each run; the engine is told to keep the first.
        if (old.ignoreChanges.includes("stringData")) return false;
        return JSON.stringify(old) !== JSON.stringify(now);
      });
      assert.deepEqual(
        changed.map(({ id }) => id),
        [
          "kubernetes:core/v1:Secret federation-cluster",
          "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-region",
          "meridian:local:Zone test.meridian.test",
        ],
      );
    });
  });
});

describe("The tests' own engine", () => {
  it("refuses a type that it does not know", async () => {
    await assert.rejects(
      register(() => new pulumi.ComponentResource("strange:index:Thing", "thing")),
      /unknown type strange:index:Thing \(thing\)/,
    );
  });

  it("refuses it at once when another resource waits for it", async function () {
    this.timeout(2000);
    await assert.rejects(
      register(() => {
        const strange = new pulumi.ComponentResource("strange:index:Thing", "thing");
        new pulumi.ComponentResource("test:index:Standing", "other", {}, { dependsOn: [strange] });
      }),
      /^Error: unknown type strange:index:Thing \(thing\)$/,
    );
  });
});
