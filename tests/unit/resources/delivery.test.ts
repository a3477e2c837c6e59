import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import {
  bootstrapApplication,
  platformProject,
  unreleased,
} from "../../../infra/components/delivery/manifests/argocd";
import type { Foundation } from "../../../infra/resources/foundation";
import { clusterConfig, Delivery } from "../../../infra/components/delivery/resources/delivery";
import { only, register } from "../../support/engine";
import { fakeFoundation, ownOf, serverOf, standing, standingId } from "../../support/foundation";
import { planOf, small } from "../../support/plan";
import { kubeconfigFor, secretMark } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1")], {
  delivery: { track: { branch: "v7" } },
});
const repository = "file:///clone";

const target = "kubernetes:core/v1:Secret federation-cluster";
const project = "kubernetes:argoproj.io/v1alpha1:AppProject appproject-platform";
const application = "kubernetes:argoproj.io/v1alpha1:Application application-bootstrap";

describe("Delivery", () => {
  let started: (readonly pulumi.Resource[])[];
  const deliver = async (others: Partial<Foundation> = {}) => {
    started = [];
    const all = await register(() => {
      const foundation = fakeFoundation(plan, (...given) => started.push(given));
      new Delivery("delivery", {
        ...{ plan, foundation: { ...foundation, ...others } },
        after: [standing("joined")],
      });
    });
    return ownOf(all);
  };

  it("registers exactly these, on the hub, once Argo CD's kinds are there", async () => {
    const all = await deliver();
    assert.deepEqual(
      all.map(({ id }) => id),
      [target, project, application, "meridian:platform:Delivery delivery"].sort(),
    );
    for (const { id, parent, provider, deletedWith, dependsOn } of all) {
      if (id === "meridian:platform:Delivery delivery") continue;
      assert.equal(parent, "meridian:platform:Delivery delivery", id);
      assert.equal(provider, "hub", id);
      assert.equal(deletedWith, standingId("hub"), id);
      if (id !== application) assert.ok(dependsOn.includes(standingId("delivery-ready")), id);
    }
  });

  it("starts Argo CD once, with the federation's place in it, for itself", async () => {
    await deliver();
    assert.equal(started.length, 1);
    const urns = await Promise.all(
      (started[0] ?? []).map(({ urn }) => new Promise<string>((done) => void urn.apply(done))),
    );
    assert.deepEqual(
      urns.map((urn) => urn.split("::").at(-1)),
      ["delivery", "federation-cluster"],
    );
  });

  it("brings apps/bootstrap last, in a project of its own", async () => {
    const all = await deliver();
    assert.deepEqual(only(all, project).inputs, platformProject(repository));
    const bootstrap = only(all, application);
    assert.deepEqual(bootstrap.inputs, bootstrapApplication(repository, "v7"));
    assert.deepEqual(
      bootstrap.dependsOn,
      [target, project, standingId("delivery-settings"), standingId("joined")].sort(),
    );
  });

  it("makes the federation known to Argo CD, credentials secret, once it is ready", async () => {
    const secret = only(await deliver(), target);
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
          "meridian.dev/track": "branch",
          "meridian.dev/overlays": "test",
        },
        annotations: {
          "meridian.dev/repository": repository,
          "meridian.dev/revision": "v7",
          "meridian.dev/regions": "eu-west-1",
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

  it("tells Argo CD another address of the federation where there is one", async () => {
    const secret = only(await deliver({ federationForDelivery: "https://near:5443" }), target);
    const { server, config } = secret.inputs["stringData"] as Record<string, string>;
    assert.equal(server, "https://near:5443");
    assert.equal(config, clusterConfig(kubeconfigFor("federation", serverOf("federation"))));
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

describe("Delivery of releases", () => {
  const approved = { tag: "v1.2.0", commit: "0123456789abcdef0123456789abcdef01234567" };
  const freezes = [{ from: "2000-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", reason: "always" }];
  const deliver = async (
    track: Record<string, unknown>,
    { release, ...run }: { release?: typeof approved; breakGlass?: string } = {},
    delivery: Record<string, unknown> = {},
  ) => {
    const others = { delivery: { track, ...delivery }, ...run };
    const of = planOf([small("eu-west-1")], others);
    const all = await register(() => {
      const foundation = fakeFoundation(of);
      new Delivery("delivery", { plan: of, foundation, after: [], release });
    });
    return ownOf(all);
  };
  const annotations = (all: Awaited<ReturnType<typeof deliver>>) =>
    (only(all, target).inputs["metadata"] as { annotations: Record<string, string> }).annotations;
  const source = (all: Awaited<ReturnType<typeof deliver>>) =>
    (only(all, application).inputs["spec"] as { source: Record<string, unknown> }).source;
  const releaseOf = "meridian:index:Release release";

  it("without approval leaves the range to Argo CD", async () => {
    const all = await deliver({ tags: ">=1.0.0", approval: "none" });
    assert.equal(annotations(all)["meridian.dev/revision"], ">=1.0.0");
    assert.equal("meridian.dev/release" in annotations(all), false);
    assert.equal(source(all)["targetRevision"], ">=1.0.0");
    assert.ok(!all.some(({ id }) => id === releaseOf));
  });

  it("follows nothing before the first approval", async () => {
    const all = await deliver({ tags: ">=1.0.0" });
    assert.equal(annotations(all)["meridian.dev/revision"], unreleased);
    assert.equal(annotations(all)["meridian.dev/release"], "");
    assert.equal(source(all)["targetRevision"], unreleased);
    assert.deepEqual(only(all, releaseOf).inputs, { environment: "test", freezes: [] });
  });

  it("follows the commit that was approved, not the tag, which can be moved", async () => {
    const all = await deliver({ tags: ">=1.0.0" }, { release: approved, breakGlass: "outage" });
    assert.equal(annotations(all)["meridian.dev/revision"], approved.commit);
    assert.equal(annotations(all)["meridian.dev/release"], "v1.2.0");
    assert.equal(source(all)["targetRevision"], approved.commit);
    const { requested } = only(all, releaseOf).inputs;
    assert.deepEqual(requested, { ...approved, breakGlass: "outage" });
  });

  it("in a freeze is stopped at the approval, or where there is none, in Argo CD", async () => {
    const required = await deliver({ tags: "*" }, {}, { freezes });
    assert.deepEqual(only(required, releaseOf).inputs["freezes"], freezes);
    assert.equal("kustomize" in source(required), false);
    for (const track of [{ tags: "*", approval: "none" }, { branch: "main" }]) {
      const [patch] = (
        source(await deliver(track, {}, { freezes }))["kustomize"] as {
          patches: { patch: string }[];
        }
      ).patches;
      assert.match(patch?.patch ?? "", /"deny"/);
      const broken = await deliver(track, { breakGlass: "outage" }, { freezes });
      assert.equal("kustomize" in source(broken), false);
    }
  });
});
