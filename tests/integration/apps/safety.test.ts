import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { checkApp } from "../../../infra/plan/apps";
import { holdsData } from "../../../infra/plan/appSafety";
import { at, list, type KubeObject } from "../../../infra/plan/kubeObject";
import { everywherePolicy } from "../../../infra/components/federation/manifests/karmada";
import { memberRules } from "../../../infra/components/federation/manifests/member";
import { checkApps } from "../../../operations/apps";
import { compliantApp, set } from "./fixture";

const options = "argocd.argoproj.io/sync-options";
const wave = "argocd.argoproj.io/sync-wave";
const appsDir = join(__dirname, "../../../apps");

const labels = {
  "meridian.dev/app": "orders",
  "app.kubernetes.io/name": "orders",
  "app.kubernetes.io/part-of": "shop",
};

function object(kind: string, annotations: Record<string, string> = {}): KubeObject {
  const metadata = { name: "ledger", namespace: "orders", labels: { ...labels }, annotations };
  return { apiVersion: "v1", kind, metadata };
}

/** The compliant app, its Namespace with this option, and further objects. */
function appWith(option: string | undefined, ...more: KubeObject[]): KubeObject[] {
  const objects = compliantApp();
  const namespace = objects.find(({ kind }) => kind === "Namespace");
  assert.ok(namespace);
  const annotations = { [wave]: "-1", ...(option !== undefined && { [options]: option }) };
  set(namespace, ["metadata", "annotations"], annotations);
  return [...objects, ...more];
}

/** Without the diagnostic of the kind: the objects here have no groups, and one is a StatefulSet, which apps cannot use. */
const places = (objects: readonly KubeObject[]) =>
  checkApp("orders", "local", objects)
    .map(({ path }) => path.replace(/^.*local: /, ""))
    .filter((place) => !place.endsWith("/ledger kind"));

describe("The rules for an app that holds data", () => {
  const safe = "Prune=confirm,Delete=confirm";
  const annotation = `metadata.annotations[${options}]`;

  it("want no confirmation where nothing holds data", () => {
    assert.deepEqual(places(appWith(undefined)), []);
    assert.deepEqual(places(appWith(undefined, object("ConfigMap"))), []);
  });

  for (const kind of ["PersistentVolumeClaim", "StatefulSet"]) {
    it(`accept a ${kind} that is confirmed, in any order and among other options`, () => {
      assert.deepEqual(places(appWith(safe, object(kind, { [options]: safe }))), []);
      const more = { [options]: "Replace=false, Delete=confirm, Prune=confirm" };
      assert.deepEqual(places(appWith(safe, object(kind, more))), []);
    });

    for (const option of [undefined, "Prune=confirm", "Delete=confirm", "Prune=false"]) {
      const annotations = option === undefined ? {} : { [options]: option };
      it(`refuse a ${kind} with ${option ?? "no option"}`, () => {
        assert.deepEqual(places(appWith(safe, object(kind, annotations))), [
          `${kind}/ledger ${annotation}`,
        ]);
      });
    }

    it(`refuse its namespace without: it would take the ${kind} along`, () => {
      assert.deepEqual(places(appWith("Prune=confirm", object(kind, { [options]: safe }))), [
        `Namespace/orders ${annotation}`,
      ]);
    });
  }
});

describe("The rules for the order of an app's parts", () => {
  const annotation = `metadata.annotations[${wave}]`;
  const deploymentIn = (value: string) => {
    const objects = appWith(undefined);
    const deployment = objects.find(({ kind }) => kind === "Deployment");
    assert.ok(deployment);
    set(deployment, ["metadata", "annotations"], { [wave]: value });
    return objects;
  };

  for (const kind of ["PropagationPolicy", "OverridePolicy"]) {
    it(`want a ${kind} before the Deployments`, () => {
      assert.deepEqual(places(appWith(undefined, object(kind, { [wave]: "-1" }))), []);
      assert.deepEqual(places(appWith(undefined, object(kind))), [`${kind}/ledger ${annotation}`]);
      assert.deepEqual(places(appWith(undefined, object(kind, { [wave]: "soon" }))), [
        `${kind}/ledger ${annotation}`,
      ]);
    });
  }

  it("want the Namespace before the Deployments, whatever their wave", () => {
    assert.deepEqual(places(deploymentIn("-1")).sort(), [
      ...["Namespace", "NetworkPolicy", "PodDisruptionBudget"].map(
        (kind) => `${kind}/orders ${annotation}`,
      ),
    ]);
  });

  it("want nothing after the Deployments, as Argo CD would wait for their health", () => {
    assert.deepEqual(places(appWith(undefined, object("IngressRoute", { [wave]: "1" }))), [
      `IngressRoute/ledger ${annotation}`,
    ]);
    assert.deepEqual(places(appWith(undefined, object("IngressRoute"))), []);
  });

  it("want no claim before the pod that has it bound", () => {
    const early = object("PersistentVolumeClaim", {
      [wave]: "-1",
      [options]: "Prune=confirm,Delete=confirm",
    });
    assert.deepEqual(places(appWith("Prune=confirm,Delete=confirm", early)), [
      `PersistentVolumeClaim/ledger ${annotation}`,
    ]);
  });
});

describe("The component for data", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-apps-"));
    await cp(appsDir, folder, { recursive: true });
    await writeFile(
      join(folder, "catalog/base/claim.yaml"),
      [
        "apiVersion: v1",
        "kind: PersistentVolumeClaim",
        "metadata: { name: prices }",
        "spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }",
      ].join("\n"),
    );
    const base = join(folder, "catalog/base/kustomization.yaml");
    const text = await readFile(base, "utf8");
    await writeFile(base, text.replace("resources:\n", "resources:\n  - claim.yaml\n"));
  });

  after(() => rm(folder, { recursive: true }));

  it("is asked for by the check of an app with a claim, and is all that it needs", async () => {
    const before = await checkApps(folder, "local");
    assert.deepEqual(
      before.diagnostics.map(({ path }) => path.replace(/ metadata.*/, "")),
      ["Namespace/catalog", "PersistentVolumeClaim/prices"].map(
        (one) => `apps/catalog/overlays/local: ${one}`,
      ),
    );
    const base = join(folder, "catalog/base/kustomization.yaml");
    await appendFile(base, "components:\n  - ../../_platform/data\n");
    const after = await checkApps(folder, "local");
    assert.deepEqual(after.diagnostics, []);
    const catalog = after.apps.find(({ name }) => name === "catalog");
    const marked = catalog?.objects.filter(({ metadata }) => metadata.annotations?.[options]);
    assert.deepEqual(marked?.map(({ kind }) => kind).sort(), [
      "Namespace",
      "PersistentVolumeClaim",
    ]);
    const namespace = marked?.find(({ kind }) => kind === "Namespace");
    assert.equal(namespace?.metadata.annotations?.[wave], "-1");
  });
});

describe("What holds data in the federation", () => {
  it("may be part of an app only where every region gets a copy, and may have it", async () => {
    const text = await readFile(join(appsDir, "bootstrap/project.yaml"), "utf8");
    const project = parseAllDocuments(text)[0]?.toJS() as unknown;
    const allowed = list(at(project, "spec.namespaceResourceWhitelist")).map((one) =>
      String(at(one, "kind")),
    );
    const copied = everywherePolicy().spec?.resourceSelectors.map(({ kind }) => kind) ?? [];
    const written = memberRules.flatMap(({ resources = [], verbs }) =>
      verbs.includes("create") ? resources : [],
    );
    const data = allowed.filter(holdsData);
    assert.deepEqual(data, ["PersistentVolumeClaim"]);
    for (const kind of data) {
      assert.ok(copied.includes(kind), kind);
      assert.ok(written.includes(`${kind.toLowerCase()}s`), kind);
    }
  });

  it("goes on a word that the ApplicationSet leaves where it is", async () => {
    const text = await readFile(join(appsDir, "bootstrap/applications.yaml"), "utf8");
    const set = parseAllDocuments(text)[0]?.toJS() as unknown;
    assert.deepEqual(at(set, "spec.preservedFields.annotations"), [
      "argocd.argoproj.io/deletion-approved",
    ]);
  });
});
