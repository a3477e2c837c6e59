import assert from "node:assert/strict";
import fc from "fast-check";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import {
  objectChanges,
  type Step,
  valueChanges,
  type ValueChange,
} from "../../../infra/plan/objectChanges";
import { pathText } from "../../../operations/delivery/describeChange";

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
const keys = ["a", "b", "__proto__", "constructor", "spec"];

/** Values as objects have them: maps, lists of values, and lists whose elements have a name each. */
const { node } = fc.letrec<{ node: unknown }>((tie) => {
  const map = fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 4 });
  const named = fc.uniqueArray(
    fc.tuple(fc.constantFrom("x", "y", "z"), map).map(([name, rest]) => ({ ...rest, name })),
    { selector: ({ name }) => name, maxLength: 3 },
  );
  const lists = fc.record(
    {
      containers: named,
      env: named,
      args: fc.array(leaf, { maxLength: 3 }),
      any: fc.array(tie("node"), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
  return { node: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, map, lists) };
});

/** Carries out what the changes say. */
function applied(value: unknown, changes: readonly ValueChange[]): unknown {
  return changes.reduce((whole, change) => put(whole, change.path, change), value);
}

function put(whole: unknown, [step, ...rest]: readonly Step[], change: ValueChange): unknown {
  if (step === undefined) return change.after;
  // An element of a list that is not there yet.
  const owner: unknown = whole ?? [];
  const gone = rest.length === 0 && !("after" in change);
  if (Array.isArray(owner)) {
    const place =
      typeof step === "object"
        ? owner.findIndex((one) => (one as { name: string }).name === step.value)
        : Number(step);
    if (gone) return owner.map((one, index) => (index === place ? removed : one) as unknown);
    const at = place < 0 ? owner.length : place;
    const all = owner as readonly unknown[];
    const comes = rest.length === 0 && !("before" in change);
    if (comes) return [...all.slice(0, at), change.after, ...all.slice(at)];
    return [...all.slice(0, at), put(all[at], rest, change), ...all.slice(at + 1)];
  }
  const map = new Map<unknown, unknown>(Object.entries(owner as object));
  if (gone) map.delete(step);
  else map.set(step, put(map.get(step), rest, change));
  return Object.fromEntries(map as Map<string, unknown>);
}

const removed = Symbol("removed");

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** The value with keys in order, elements with names in the order of these, and no trace of removed ones. */
function normal(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) {
    const all = value.filter((one) => one !== removed).map((one) => normal(one));
    const isKeyed = field === "containers" || field === "env";
    const name = (one: unknown) => (one as { name: string }).name;
    return isKeyed ? all.sort((one, other) => (name(one) < name(other) ? -1 : 1)) : all;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, normal(one, key)] as const)
    // A list of elements with names that is empty is as good as none.
    .filter(([key, one]) => !(["containers", "env"].includes(key) && isEmpty(one)));
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The other way round, wherever an order says nothing. */
function reversed(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) {
    const all = value.map((one) => reversed(one));
    return field === "containers" || field === "env" ? all.reverse() : all;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, reversed(one, key)] as const);
  return Object.fromEntries(entries.reverse());
}

const deployment = (spec: Record<string, unknown>): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", namespace: "shop" },
  spec,
});
const settings = (
  suffix: string,
  data: Record<string, string>,
  kind = "ConfigMap",
): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: `settings-${suffix}`, namespace: "shop" },
  data,
});

describe("what differs between two values", () => {
  it("is nothing between a value and itself", () => {
    fc.assert(fc.property(node, (value) => assert.deepEqual(valueChanges(value, value), [])));
  });

  it("is nothing when only an order differs that says nothing", () => {
    fc.assert(
      fc.property(node, (value) => {
        const whole = normal(value);
        assert.deepEqual(valueChanges(reversed(whole), whole), []);
      }),
    );
  });

  it("is all of it: carried out, the changes make the one of the other", () => {
    fc.assert(
      fc.property(node, node, (before, after) => {
        const result = applied(before, valueChanges(before, after));
        assert.deepEqual(normal(result), normal(after));
      }),
      { numRuns: 300 },
    );
  });

  it("is told by name in lists that have names, by place in others, whole where values stand alone", () => {
    const pod = (names: string[], args: string[]) => ({
      containers: names.map((name) => ({ name, args, image: `${name}:1` })),
      rules: [{ host: names[0] }],
    });
    assert.deepEqual(valueChanges(pod(["a", "b"], ["x"]), pod(["b", "a"], ["x", "y"])), [
      ...["a", "b"].map((value) => ({
        path: ["containers", { key: "name", value }, "args"],
        before: ["x"],
        after: ["x", "y"],
      })),
      { path: ["rules", 0, "host"], before: "a", after: "b" },
    ]);
  });

  it("is the order of containers that start a pod, one after the other", () => {
    const pod = (...names: string[]) => ({ initContainers: names.map((name) => ({ name })) });
    assert.deepEqual(valueChanges(pod("a", "b"), pod("b", "a")), [
      { path: ["initContainers", "order"], before: ["a", "b"], after: ["b", "a"] },
    ]);
  });

  it("is what came, or went, where the rest of a list stays as it is", () => {
    const [a, b, c] = [{ kind: "A" }, { kind: "B" }, { kind: "C" }];
    assert.deepEqual(valueChanges({ kinds: [a, c] }, { kinds: [a, b, c] }), [
      { path: ["kinds", 1], after: b },
    ]);
    assert.deepEqual(valueChanges({ kinds: [a, b, c] }, { kinds: [c] }), [
      { path: ["kinds", 0], before: a },
      { path: ["kinds", 1], before: b },
    ]);
    assert.equal(valueChanges({ kinds: [a, b] }, { kinds: [b, a, c] }).length, 3);
  });

  it("is told by place where names are not unique, or missing", () => {
    const ports = (first: number) => ({ ports: [{ port: first }, { port: 53 }] });
    assert.deepEqual(valueChanges(ports(80), ports(81)), [
      { path: ["ports", 0, "port"], before: 80, after: 81 },
    ]);
    const env = (value: string) => ({
      env: [
        { name: "A", value },
        { name: "A", value: "2" },
      ],
    });
    assert.equal(valueChanges(env("1"), env("3")).length, 1);
  });
});

describe("what differs between objects", () => {
  it("tells what came, what went, and what is another", () => {
    const gone = settings("one", {});
    const come = { ...settings("one", {}), kind: "Service" };
    const changes = objectChanges(
      [gone, deployment({ replicas: 1 })],
      [deployment({ replicas: 2 }), come],
    );
    assert.deepEqual(changes, [
      { id: "ConfigMap/settings-one", before: gone, changes: [] },
      {
        id: "Deployment/shop",
        before: deployment({ replicas: 1 }),
        after: deployment({ replicas: 2 }),
        changes: [{ path: ["spec", "replicas"], before: 1, after: 2 }],
      },
      { id: "Service/settings-one", after: come, changes: [] },
    ]);
  });

  it("takes an object of another version of its API for the same one", () => {
    const [change] = objectChanges(
      [deployment({})],
      [{ ...deployment({}), apiVersion: "apps/v2" }],
    );
    assert.deepEqual(change?.changes, [
      { path: ["apiVersion"], before: "apps/v1", after: "apps/v2" },
    ]);
  });

  it("takes generated objects of one name for the same one, and what refers to them for unchanged", () => {
    const uses = (name: string) => deployment({ envFrom: [{ configMapRef: { name } }] });
    const before = [settings("hfdt6fgt27", { A: "1" }), uses("settings-hfdt6fgt27")];
    const after = [settings("tf462d2btt", { A: "2" }), uses("settings-tf462d2btt")];
    const changes = objectChanges(before, after);
    assert.deepEqual(
      changes.map(({ id, changes }) => [id, changes]),
      [["ConfigMap/settings", [{ path: ["data", "A"], before: "1", after: "2" }]]],
    );
    const another = [settings("tf462d2btt", { A: "2" }), uses("other")];
    assert.deepEqual(
      objectChanges(before, another).map(({ id }) => id),
      ["ConfigMap/settings", "Deployment/shop"],
    );
  });

  it("tells that a generated name is another, though the content is not", () => {
    const [change] = objectChanges([settings("hfdt6fgt27", {})], [settings("tf462d2btt", {})]);
    assert.deepEqual(change?.changes, [
      { path: ["metadata", "name"], before: "settings-hfdt6fgt27", after: "settings-tf462d2btt" },
    ]);
  });

  it("never holds a Secret's values, and still tells which of them is another", () => {
    const secret = (suffix: string, password: string): KubeObject => {
      const whole = settings(suffix, { password, user: "hunter0" }, "Secret");
      const annotations = { "kubectl.kubernetes.io/last-applied-configuration": password };
      return {
        ...whole,
        stringData: { token: password },
        metadata: { ...whole.metadata, annotations },
      };
    };
    const pairs = [
      objectChanges([secret("a", "hunter1")], [secret("a", "hunter2")]),
      objectChanges([secret("hfdt6fgt27", "hunter1")], [secret("tf462d2btt", "hunter2")]),
      objectChanges([secret("a", "hunter1")], []),
      objectChanges([], [{ ...secret("a", "hunter1"), data: "hunter1" }]),
    ];
    for (const changes of pairs) {
      assert.equal(changes.length, 1);
      assert.doesNotMatch(JSON.stringify(changes), /hunter/);
    }
    assert.deepEqual(
      pairs[0]?.[0]?.changes.map(({ path }) => pathText(path)),
      ["data.password", "stringData.token"],
    );
    assert.deepEqual(objectChanges([secret("a", "hunter1")], [secret("a", "hunter1")]), []);
  });
});
