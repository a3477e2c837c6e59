import assert from "node:assert/strict";
import { strictSchemas, type Schema } from "../../../operations/apps/schemas";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

const definitions: Record<string, Schema> = {
  [meta]: { type: "object", properties: { name: { type: "string", description: "a name" } } },
  [quantity]: { type: "string" },
  Shop: {
    type: "object",
    required: ["spec"],
    properties: { metadata: ref(meta), spec: ref("Spec") },
    "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Shop" }],
  },
  Spec: {
    type: "object",
    properties: {
      limits: { type: "object", additionalProperties: ref(quantity) },
      parts: { type: "array", items: ref("Spec") },
      anything: { type: "object" },
    },
  },
};

const crd = (openAPIV3Schema: Schema) => ({
  spec: {
    group: "example.org",
    names: { kind: "Thing" },
    versions: [{ name: "v1", schema: { openAPIV3Schema } }],
  },
});

const custom = (spec: Schema): unknown => {
  const customKinds = [crd({ type: "object", properties: { spec } })];
  const of = strictSchemas({ definitions, customKinds });
  const schema = of({ apiVersion: "example.org/v1", kind: "Thing" });
  return (schema?.["properties"] as Record<string, unknown>)["spec"];
};

describe("strict schemas of Kubernetes' own kinds", () => {
  const of = strictSchemas({ definitions, customKinds: [] });

  it("have everything in its place, closed, with null for what need not be there", () => {
    assert.deepEqual(of({ apiVersion: "v1", kind: "Shop" }), {
      type: "object",
      required: ["spec"],
      additionalProperties: false,
      properties: {
        metadata: {
          type: ["object", "null"],
          additionalProperties: false,
          properties: { name: { type: ["string", "null"] } },
        },
        spec: {
          type: "object",
          additionalProperties: false,
          properties: {
            limits: {
              type: ["object", "null"],
              additionalProperties: { type: ["string", "number"] },
            },
            // A definition within itself ends: here it may be anything.
            parts: { type: ["array", "null"], items: {} },
            anything: { type: ["object", "null"] },
          },
        },
      },
    });
  });

  it("are there for known kinds in their own version only", () => {
    assert.equal(of({ apiVersion: "v1", kind: "Shopp" }), undefined);
    assert.equal(of({ apiVersion: "v2", kind: "Shop" }), undefined);
    assert.equal(of({ apiVersion: "apps/v1", kind: "Shop" }), undefined);
  });

  it("refuse a description with a hole", () => {
    const broken = { ...definitions, Spec: { type: "object", properties: { a: ref("Gone") } } };
    const schemaOf = strictSchemas({ definitions: broken, customKinds: [] });
    assert.throws(() => schemaOf({ apiVersion: "v1", kind: "Shop" }), /lacks Gone/);
  });
});

describe("strict schemas of custom kinds", () => {
  it("close every object, with or without fields", () => {
    const spec = { type: "object", properties: { empty: { type: "object" } } };
    assert.deepEqual(custom(spec), {
      type: "object",
      additionalProperties: false,
      properties: { empty: { type: "object", additionalProperties: false } },
    });
  });

  it("leave open what keeps unknown fields", () => {
    const spec = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    assert.deepEqual(custom(spec), { type: "object" });
    assert.deepEqual(custom({ type: "object", additionalProperties: true }), { type: "object" });
  });

  it("keep maps, lists and what says more of a value", () => {
    const spec = {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string", maxLength: 3 } },
    };
    assert.deepEqual(custom(spec), spec);
    const either = { anyOf: [{ type: "integer" }, { type: "string" }], pattern: "^a" };
    assert.deepEqual(custom({ ...either, "x-kubernetes-int-or-string": true }), either);
  });

  it("let null through where it is said to be a value", () => {
    const spec = { type: "string", enum: ["a"], nullable: true };
    assert.deepEqual(custom(spec), { type: ["string", "null"], enum: ["a", null] });
  });

  it("have the metadata of every kind, strict too", () => {
    const customKinds = [crd({ type: "object", properties: { metadata: { type: "object" } } })];
    const of = strictSchemas({ definitions, customKinds });
    assert.deepEqual(of({ apiVersion: "example.org/v1", kind: "Thing" }), {
      type: "object",
      additionalProperties: false,
      properties: {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: {
          type: "object",
          additionalProperties: false,
          properties: { name: { type: ["string", "null"] } },
        },
      },
    });
  });
});
