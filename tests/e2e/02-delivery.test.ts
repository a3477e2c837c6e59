import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { applyObjects, deleteObject, kubePatch, kubePost } from "../../infra/kube/kube";
import { copyApp } from "../../bench/manyApps";
import { retryWorks, staleWorks } from "../../operations/staleWorks";
import { karmadaPaths, workPath } from "../../infra/components/federation/karmadaApi";
import { eventually, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";
import { Traffic } from "./support/traffic";

const rollout = (name: string) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name, namespace: name },
});

interface Work {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly workload: {
      readonly manifests: readonly {
        readonly kind: string;
        readonly metadata: { readonly name: string };
      }[];
    };
  };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

describe("delivery", () => {
  const traffic = new Traffic(platform);
  before(sharedPlatformUp);

  it("heals a Rollout that was deleted from the federation", async () => {
    await deleteObject(platform.kubeconfig("federation"), rollout("orders"));
    await eventually("orders is back", 60, async () => {
      const status = await platform.status();
      return status.ready && shares(status, "orders").join("/") === "2/1/1";
    });
  });

  it("heals an object that was deleted in a region", async () => {
    await deleteObject(platform.kubeconfig("us-east-1"), rollout("catalog"));
    await eventually("catalog is back", 60, async () => {
      const status = await platform.status();
      return status.ready && shares(status, "catalog").join("/") === "2/2/2";
    });
  });

  it("heals a scale that was made by hand", async () => {
    const url = "/apis/argoproj.io/v1alpha1/namespaces/storefront/rollouts/storefront";
    const found = await platform.get<{ spec: { replicas: number } }>("federation", url);
    assert.equal(found.spec.replicas, 10);
    await applyObjects(platform.kubeconfig("federation"), [
      { ...rollout("storefront"), spec: { replicas: 3 } },
    ]);
    await eventually("the scale is healed", 60, async () => {
      const now = await platform.get<{ spec: { replicas: number } }>("federation", url);
      const status = await platform.status();
      return now.spec.replicas === 10 && status.ready;
    });
  });

  // The mark that Karmada may leave on a busy machine (ADR 3), made by hand.
  it("has Karmada apply again what it marks as not applied", async () => {
    const federation = platform.kubeconfig("federation");
    const { items } = await platform.get<{ items: Work[] }>("federation", karmadaPaths.works);
    const work = items.find(
      ({ metadata, spec }) =>
        metadata.namespace === "karmada-es-eu-west-1" &&
        spec.workload.manifests[0]?.kind === "Rollout" &&
        spec.workload.manifests[0].metadata.name === "orders",
    );
    assert.ok(work);
    const { name, namespace } = work.metadata;
    const url = workPath(namespace, name);
    const applied = async () => {
      const { status } = await platform.get<Work>("federation", url);
      return status.conditions.find(({ type }) => type === "Applied")?.status;
    };
    const conditions = work.status.conditions.map((one) =>
      one.type === "Applied"
        ? { ...one, status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" }
        : one,
    );
    await kubePatch(federation, `${url}/status`, { status: { conditions } });
    const stale = await staleWorks(federation);
    assert.deepEqual(
      stale.map((one) => one.name),
      [`eu-west-1/${name}`],
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal(await applied(), "False");
    await retryWorks(federation, stale);
    await eventually("it is applied", 20, async () => (await applied()) === "True");
  });

  it("carries a commit, and nothing that is not committed, to every region", async () => {
    const file = path.join(platform.scratch, "apps/storefront/overlays/local/kustomization.yaml");
    const before = fs.readFileSync(file, "utf8");
    assert.match(before, /count: 10/);
    fs.writeFileSync(file, before.replace("count: 10", "count: 12"));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.deepEqual(shares(await platform.status(), "storefront"), [4, 3, 3]);
    platform.git("commit", "-qam", "feat: more storefront");
    const commit = platform.git("rev-parse", "HEAD");
    await eventually("12 replicas in three regions", 60, async () => {
      const status = await platform.status();
      const app = status.apps.find(({ name }) => name === "storefront");
      return (
        status.ready &&
        app?.revision === commit &&
        shares(status, "storefront").join("/") === "4/4/4"
      );
    });
  });

  it("keeps what runs when a commit does not build, and says which app is wrong", async () => {
    const file = path.join(platform.scratch, "apps/catalog/overlays/local/kustomization.yaml");
    const before = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, `${before}\nresources: [nowhere.yaml]\n`);
    platform.git("commit", "-qam", "feat: a mistake");
    const message = await eventually("catalog's mistake is shown", 60, async () => {
      const { apps } = await platform.status();
      return apps.find(({ name }) => name === "catalog")?.message;
    });
    assert.match(message, /kustomize|manifest|yaml/i);
    assert.deepEqual(shares(await platform.status(), "catalog"), [2, 2, 2]);
    assert.equal((await platform.run("status")).code, 1);
    platform.git("revert", "--no-edit", "HEAD");
    await eventually("catalog is in order again", 60, async () => (await platform.status()).ready);
  });

  it("keeps an app whose folder is gone until a person removes it, and takes it up again", async () => {
    platform.git("rm", "-rq", "apps/catalog");
    platform.git("commit", "-qm", "feat: no catalog");
    await eventually("it is told", 60, async () => {
      const { apps } = await platform.status();
      return apps.find(({ name }) => name === "catalog")?.removed;
    });
    assert.deepEqual(shares(await platform.status(), "catalog"), [2, 2, 2]);
    const unasked = await platform.run("remove", "catalog");
    assert.equal(unasked.code, 1);
    assert.match(unasked.output, /--yes/);
    await platform.must("remove", "catalog", "--yes");
    const { apps, regions } = await platform.status();
    assert.ok(!apps.some(({ name }) => name === "catalog"));
    for (const { name } of regions) {
      const url = "/apis/argoproj.io/v1alpha1/namespaces/catalog/rollouts/catalog";
      await assert.rejects(platform.get(name, url), /404|not found/i);
    }
    platform.git("revert", "--no-edit", "HEAD");
    await eventually("it is back", 90, async () => {
      const status = await platform.status();
      return status.ready && shares(status, "catalog").join("/") === "2/2/2";
    });
  });

  it("gives a new app its name as soon as it is delivered, without an `up`", async () => {
    const name = "catalog-1";
    copyApp(platform.scratch, name);
    platform.git("add", `apps/${name}`);
    platform.git("commit", "-qm", "feat: a copy");
    const host = `${name}.${traffic.plan.domain}`;
    await eventually("it serves by its name from every region", 90, async () => {
      const answers = await Promise.all(
        traffic.plan.edges.map(async ({ region }) =>
          traffic.getAt(await traffic.address(name, region), host),
        ),
      );
      return answers.every(({ status }) => status === 200);
    });
    const status = await platform.status();
    assert.equal(status.apps.find((app) => app.name === name)?.dnsRecord, "wildcard");
    platform.git("rm", "-rq", `apps/${name}`);
    platform.git("commit", "-qm", "feat: no copy");
    await eventually("its removal is known", 60, async () => {
      const { apps } = await platform.status();
      return apps.find((app) => app.name === name)?.removed;
    });
    await platform.must("remove", name, "--yes");
    assert.ok((await platform.status()).ready);
  });

  it("refuses a pod that breaks the restricted Pod Security Standard, in every region", async () => {
    for (const { name } of (await platform.status()).regions) {
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "privileged", namespace: "storefront" },
        spec: {
          containers: [{ name: "a", image: "a:1", securityContext: { privileged: true } }],
        },
      };
      await assert.rejects(
        kubePost(platform.kubeconfig(name), "/api/v1/namespaces/storefront/pods", pod),
        /violates PodSecurity "restricted/,
      );
    }
  });
});
