import assert from "node:assert/strict";
import fc from "fast-check";
import { appChanges, type Rendering, type RenderedSide } from "../../../infra/plan/appChanges";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import { describeChange } from "../../../operations/delivery/describeChange";
import { compliantApp, set } from "../apps/fixture";

const side = (builds: Record<string, Rendering>, ...others: string[]): RenderedSide => ({
  overlays: new Map(Object.entries(builds)),
  apps: new Set([...Object.keys(builds), ...others]),
});
const built = (objects: readonly KubeObject[]): Rendering => ({ ok: true, objects });
const words = (before: RenderedSide, after: RenderedSide) =>
  appChanges(before, after).map((change) => [change.app, ...describeChange(change, "staging")]);

/** The words for the app once one of its objects is changed. */
function changed(kind: string, ...fields: (readonly [readonly (string | number)[], unknown])[]) {
  const after = compliantApp();
  const object = after.find((one) => one.kind === kind);
  assert.ok(object);
  for (const [steps, value] of fields) set(object, steps, value);
  const [found] = words(side({ orders: built(compliantApp()) }), side({ orders: built(after) }));
  assert.equal(found?.[0], "orders");
  return found?.slice(1);
}

const container = ["spec", "template", "spec", "containers", 0];

describe("what differs in an app, in words", () => {
  it("is nothing for the same app", () => {
    const same = () => side({ orders: built(compliantApp()) });
    assert.deepEqual(words(same(), same()), []);
  });

  it("tells an image by what is another about it", () => {
    const image = (to: string) => changed("Deployment", [[...container, "image"], to]);
    assert.deepEqual(image("example.org:5000/orders:1.2.4"), ["image 1.2.3 → 1.2.4"]);
    assert.deepEqual(image("example.org:5000/orders"), ["image 1.2.3 → latest"]);
    assert.deepEqual(image(`example.org:5000/orders:1.2.3@sha256:${"0123456789ab".repeat(5)}`), [
      "image 1.2.3 → 1.2.3@sha256:0123456789ab",
    ]);
    assert.deepEqual(image("elsewhere.org/orders:1.2.3"), [
      "image example.org:5000/orders:1.2.3 → elsewhere.org/orders:1.2.3",
    ]);
  });

  it("tells replicas, resources, environment and probes as people call them", () => {
    assert.deepEqual(
      changed(
        "Deployment",
        [["spec", "replicas"], 12],
        [[...container, "resources", "requests", "cpu"], "200m"],
        [[...container, "resources", "limits", "memory"], "1Gi"],
        [[...container, "env"], [{ name: "LEVEL", value: "debug" }]],
        [[...container, "readinessProbe", "httpGet", "path"], "/ready"],
        [[...container, "startupProbe"], undefined],
      ),
      [
        "replicas 4 → 12",
        "env LEVEL new: debug",
        "readiness probe httpGet.path /healthz → /ready",
        "memory limit 256Mi → 1Gi",
        "cpu request 100m → 200m",
        "startup probe removed",
      ],
    );
  });

  it("tells each variable of a list of them", () => {
    const env = (...pairs: [string, unknown][]) => {
      const objects = compliantApp();
      set(
        objects[1] as KubeObject,
        [...container, "env"],
        pairs.map(([name, value]) => ({ name, ...(value as object) })),
      );
      return side({ orders: built(objects) });
    };
    const fromSecret = { valueFrom: { secretKeyRef: { name: "db", key: "password" } } };
    const before = env(["A", { value: "1" }], ["B", { value: "2" }], ["C", { value: "3" }]);
    const after = env(["D", { value: "4" }], ["C", fromSecret], ["A", { value: "one" }]);
    assert.deepEqual(words(before, after), [
      [
        "orders",
        "env A 1 → one",
        "env B removed",
        "env C 3 → none",
        'env C valueFrom none → {"secretKeyRef":{"name":"db","key":"password"}}',
        "env D new: 4",
      ],
    ]);
  });

  it("names a container that is not the app's own", () => {
    const extra = { name: "proxy", image: "proxy:1" };
    const main = (
      compliantApp()[1] as never as { spec: { template: { spec: { containers: object[] } } } }
    ).spec.template.spec.containers[0];
    const add = changed("Deployment", [
      ["spec", "template", "spec", "containers"],
      [extra, main],
    ]);
    assert.deepEqual(add, ["container proxy new, image proxy:1"]);
    const init = ["spec", "template", "spec", "initContainers", 0, "image"];
    assert.deepEqual(changed("Deployment", [init, "example.org:5000/orders:2"]), [
      "container prepare image 1.2.3 → 2",
    ]);
  });

  it("tells everything else by its path", () => {
    assert.deepEqual(changed("PodDisruptionBudget", [["spec", "maxUnavailable"], "50%"]), [
      "PodDisruptionBudget/orders spec.maxUnavailable 1 → 50%",
    ]);
    assert.deepEqual(changed("Deployment", [["metadata", "labels", "example.org/team"], "a b"]), [
      "metadata.labels[example.org/team] none → a b",
    ]);
  });

  it("tells an app that came, went, or did so for this environment only", () => {
    const one = side({ orders: built(compliantApp()) });
    assert.deepEqual(words(side({}), one), [["orders", "new, 4 objects"]]);
    assert.deepEqual(words(side({}, "orders"), one), [["orders", "new for staging, 4 objects"]]);
    const stays = "its Application stays until `npx meridian remove orders`";
    assert.deepEqual(words(one, side({})), [["orders", `removed, 4 objects (${stays})`]]);
    assert.deepEqual(words(one, side({}, "orders")), [
      ["orders", `removed for staging, 4 objects (${stays})`],
    ]);
  });

  it("warns of what holds data", () => {
    const claim: KubeObject = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "disk", namespace: "orders" },
    };
    const withDisk = side({ orders: built([...compliantApp(), claim]) });
    assert.deepEqual(words(withDisk, side({})), [
      [
        "orders",
        "removed, 5 objects (its Application stays until `npx meridian remove orders`; holds data: PersistentVolumeClaim/disk)",
      ],
    ]);
    assert.deepEqual(words(withDisk, side({ orders: built(compliantApp()) })), [
      ["orders", "PersistentVolumeClaim/disk removed, which holds data"],
    ]);
  });

  it("tells a kustomization that is broken, on either side, and the other apps beside it", () => {
    const broken: Rendering = { ok: false, message: "no such file\n\u001b[31mresource.yaml" };
    const before = side({ cart: broken, orders: built(compliantApp()) });
    const after = side({ cart: built([]), orders: broken });
    const message = "no such file \\u001b[31mresource.yaml";
    assert.deepEqual(words(before, after), [
      ["cart", `did not build before: ${message}`],
      ["orders", `does not build: ${message}`],
    ]);
  });

  it("says one phrase for each change, without control characters, and stops after many", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("\u001b[31m", "a\nb", "\u202e", ""));
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 40 }), (data) => {
        const settings = (values: object): KubeObject => ({
          ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } },
          data: values,
        });
        const [found] = words(
          side({ orders: built([settings({})]) }),
          side({ orders: built([settings(data)]) }),
        );
        const count = Object.keys(data).length;
        assert.equal((found?.length ?? 1) - 1, count > 15 ? 16 : count);
        assert.doesNotMatch((found ?? []).join(""), /[\u0000-\u001f\u007f-\u009f\u202e]/);
      }),
    );
  });
});
