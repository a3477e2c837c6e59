import assert from "node:assert/strict";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import { conformer } from "../../../operations/apps/conform";
import { described, readDescriptions } from "../../../operations/apps/descriptions";
import type { Descriptions } from "../../../operations/apps/schemas";
import { ensureTools } from "../../../toolchain";
import { compliantApp, set } from "./fixture";

const path = "apps/orders/overlays/local";

describe("objects against the schemas of the pinned versions", function () {
  this.timeout(20_000);
  let descriptions: Descriptions;

  before(async function () {
    // Minutes where they are not in the cache yet.
    this.timeout(600_000);
    await ensureTools(described, () => undefined);
    descriptions = readDescriptions();
  });

  const found = (...objects: KubeObject[]) =>
    conformer(descriptions)([{ path, objects }]).map(
      ({ path, value, expected }) => `${path} | ${value} | ${expected}`,
    );

  const deployment = (): KubeObject => {
    const object = compliantApp().find(({ kind }) => kind === "Deployment");
    assert.ok(object);
    return object;
  };
  const changed = (steps: readonly (string | number)[], value: unknown): KubeObject => {
    const object = deployment();
    set(object, steps, value);
    return object;
  };
  const place = `${path}: Deployment/${deployment().metadata.name}`;
  const container = ["spec", "template", "spec", "containers", 0];
  const inContainer = `${place} spec.template.spec.containers[0]`;

  it("finds nothing where nothing is wrong", () => {
    assert.deepEqual(found(...compliantApp()), []);
  });

  it("takes numbers for quantities, either for ports, and null for nothing", () => {
    const objects = [
      changed([...container, "resources", "limits", "cpu"], 1),
      changed([...container, "livenessProbe", "httpGet", "port"], 8080),
      changed(["spec", "template", "metadata", "creationTimestamp"], null),
    ];
    assert.deepEqual(found(...objects), []);
  });

  it("finds a misspelt field, however deep", () => {
    assert.deepEqual(found(changed([...container, "imagePullPolici"], "Always")), [
      `${inContainer}.imagePullPolici | "Always" | a field that the kind has there`,
    ]);
    assert.deepEqual(found(changed(["metadata", "label"], {})), [
      `${place} metadata.label | {} | a field that the kind has there`,
    ]);
  });

  it("finds a wrong type", () => {
    assert.deepEqual(found(changed(["spec", "replicas"], "3")), [
      `${place} spec.replicas | "3" | integer or null`,
    ]);
    const label = ["spec", "template", "metadata", "labels", "example.org/a"];
    assert.deepEqual(found(changed(label, true)), [
      `${place} spec.template.metadata.labels[example.org/a] | true | string`,
    ]);
  });

  it("finds a field that is missing", () => {
    assert.deepEqual(found(changed([...container, "name"], undefined)), [
      `${inContainer}.name | (missing) | a value`,
    ]);
  });

  it("finds an unknown kind, and a known one in another version", () => {
    const expected = "a kind of the pinned Kubernetes, Argo CD, Karmada or Traefik";
    const metadata = { name: "a" };
    const objects = [
      { apiVersion: "apps/v1", kind: "Deploymet", metadata },
      { apiVersion: "extensions/v1beta1", kind: "Deployment", metadata },
    ];
    assert.deepEqual(found(...objects), [
      `${path}: Deploymet/a | apps/v1 Deploymet | ${expected}`,
      `${path}: Deployment/a | extensions/v1beta1 Deployment | ${expected}`,
    ]);
  });

  it("finds every mistake of every object, in their order", () => {
    const first = changed(["spec", "replica"], 3);
    set(first, ["spec", "paused"], "no");
    const lines = found(first, deployment(), changed([...container, "image"], 1));
    assert.deepEqual(
      lines.map((line) => line.replace(/ \|.*/, "")),
      [`${place} spec.paused`, `${place} spec.replica`, `${inContainer}.image`],
    );
  });

  it("finds what matches no branch of a schema, and what matches two of which one is allowed", () => {
    const spec = {
      type: "object",
      properties: {
        some: { anyOf: [{ type: "integer" }, { type: "string" }] },
        one: { oneOf: [{ minimum: 1 }, { maximum: 9 }] },
      },
    };
    const group = "example.org";
    const names = { kind: "Thing" };
    const versions = [
      { name: "v1", schema: { openAPIV3Schema: { type: "object", properties: { spec } } } },
    ];
    const customKinds = [{ spec: { group, names, versions } }];
    const check = (some: unknown, one: number) => {
      const object = { apiVersion: "example.org/v1", kind: "Thing", metadata: { name: "a" } };
      const objects = [{ ...object, spec: { some, one } } as KubeObject];
      const own = { ...descriptions, customKinds };
      return conformer(own)([{ path, objects }]).map((each) => `${each.path} | ${each.expected}`);
    };
    assert.deepEqual(check("a", 0), []);
    assert.deepEqual(check(1, 10), []);
    const field = `${path}: Thing/a spec`;
    assert.deepEqual(check(true, 10), [`${field}.some | integer`, `${field}.some | string`]);
    assert.deepEqual(check("a", 5), [`${field}.one | must match exactly one schema in oneOf`]);
  });

  for (const { of, apiVersion, kind, spec, line } of [
    {
      of: "Traefik",
      apiVersion: "traefik.io/v1alpha1",
      kind: "Middleware",
      spec: { retry: { attempts: 3, attempt: 3 } },
      line: "spec.retry.attempt | 3 | a field that the kind has there",
    },
    {
      of: "Karmada",
      apiVersion: "policy.karmada.io/v1alpha1",
      kind: "PropagationPolicy",
      spec: { resourceSelectors: [{ apiVersion: "v1", kind: "Service", nam: "a" }] },
      line: 'spec.resourceSelectors[0].nam | "a" | a field that the kind has there',
    },
    {
      of: "Argo CD",
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      spec: { sourceRepos: "*" },
      line: 'spec.sourceRepos | "*" | array',
    },
  ]) {
    it(`knows the kinds of ${of}`, () => {
      const object = { apiVersion, kind, metadata: { name: "a" }, spec };
      assert.deepEqual(found(object), [`${path}: ${kind}/a ${line}`]);
    });
  }
});
