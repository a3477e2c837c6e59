import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import {
  evaluatePolicies,
  type PolicyConnection,
  policyNamespace,
  type PolicyPod,
} from "../../support/network/policies";

const pod = (namespace: string, app: string, address = "10.0.0.9"): PolicyPod => ({
  kind: "pod",
  namespace: policyNamespace(namespace, { team: namespace }),
  labels: { app },
  address,
  ports: [{ name: "http", port: 9898, protocol: "TCP" }],
});
const [shop, cart] = [pod("shop", "web"), pod("cart", "web", "10.0.0.10")];
const outside = { kind: "address" as const, address: "203.0.113.9" };

const policy = (spec: object, namespace = "shop"): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "any", namespace },
  spec,
});
const connect = (more: Partial<PolicyConnection> = {}): PolicyConnection => ({
  ...{ from: cart, to: shop, protocol: "TCP", port: 9898, ...more },
});
const found = (spec: object, more: Partial<PolicyConnection> = {}) =>
  evaluatePolicies([policy(spec)], connect(more));

const closed = { podSelector: {} };
const from = (...terms: object[]) => ({ podSelector: {}, ingress: [{ from: terms }] });
const ports = (...terms: object[]) => ({ podSelector: {}, ingress: [{ ports: terms }] });
const everywhere = { namespaceSelector: {} };

describe("The evaluation of network policies", () => {
  it("leaves a pod open that no policy selects", () => {
    assert.deepEqual(evaluatePolicies([], connect()), []);
    assert.deepEqual(found({ podSelector: { matchLabels: { app: "other" } } }), []);
    assert.deepEqual(evaluatePolicies([policy(closed, "elsewhere")], connect()), []);
  });

  it("closes a selected pod, in the policy's directions only", () => {
    assert.deepEqual(found(closed), ["ingress"]);
    assert.deepEqual(found(closed, { from: shop, to: cart }), []);
    const egress = { ...closed, policyTypes: ["Egress"] };
    assert.deepEqual(found(egress), []);
    assert.deepEqual(found(egress, { from: shop, to: cart }), ["egress"]);
    const implied = { ...closed, egress: [{ ports: [{ port: 1 }] }] };
    assert.deepEqual(found(implied, { from: shop, to: cart }), ["egress"]);
    assert.deepEqual(found(implied), ["ingress"]);
  });

  it("denies in both directions, each by the policies of its own pod", () => {
    const policies = [
      policy({ ...closed, policyTypes: ["Ingress"] }),
      policy({ ...closed, policyTypes: ["Egress"] }, "cart"),
    ];
    assert.deepEqual(evaluatePolicies(policies, connect()), ["egress", "ingress"]);
  });

  it("takes an empty rule for everything, and an empty list of rules for nothing", () => {
    assert.deepEqual(found({ ...closed, ingress: [{}] }), []);
    assert.deepEqual(found({ ...closed, ingress: [{}] }, { from: outside }), []);
    assert.deepEqual(found({ ...closed, ingress: [] }), ["ingress"]);
  });

  it("combines the selectors of one term, and adds up terms", () => {
    const own = { podSelector: { matchLabels: { app: "web" } } };
    const there = { namespaceSelector: { matchLabels: { team: "cart" } } };
    const none = { namespaceSelector: { matchLabels: { team: "none" } } };
    // A pod selector alone is of the policy's own namespace.
    assert.deepEqual(found(from(own)), ["ingress"]);
    assert.deepEqual(found(from(own), { from: pod("shop", "web") }), []);
    assert.deepEqual(found(from(there)), []);
    assert.deepEqual(found(from({ ...own, ...there })), []);
    assert.deepEqual(found(from({ ...own, ...none })), ["ingress"]);
    assert.deepEqual(found(from(none, there)), []);
    assert.deepEqual(found(from(everywhere)), []);
    assert.deepEqual(found(from(everywhere), { from: outside }), ["ingress"]);
  });

  it("knows a namespace by the name that the API server gives it", () => {
    const byName = (name: string) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    });
    assert.deepEqual(found(from(byName("cart"))), []);
    assert.deepEqual(found(from(byName("shop"))), ["ingress"]);
  });

  it("compares addresses with blocks and their exceptions", () => {
    const block = (cidr: string, ...except: string[]) => from({ ipBlock: { cidr, except } });
    assert.deepEqual(found(block("203.0.113.0/24"), { from: outside }), []);
    assert.deepEqual(found(block("203.0.113.9/32"), { from: outside }), []);
    assert.deepEqual(found(block("203.0.113.77/24"), { from: outside }), []);
    assert.deepEqual(found(block("203.0.113.8/32"), { from: outside }), ["ingress"]);
    assert.deepEqual(found(block("0.0.0.0/0", "203.0.113.0/24"), { from: outside }), ["ingress"]);
    // A pod has an address, too.
    assert.deepEqual(found(block("10.0.0.0/8")), []);
  });

  it("compares ports by number, range and name, and protocols", () => {
    assert.deepEqual(found(ports({ port: 9898 })), []);
    assert.deepEqual(found(ports({ port: 9897 })), ["ingress"]);
    assert.deepEqual(found(ports({ port: 9897 }, { port: 9898 })), []);
    assert.deepEqual(found(ports({ port: 9000, endPort: 9898 })), []);
    assert.deepEqual(found(ports({ port: 9000, endPort: 9897 })), ["ingress"]);
    assert.deepEqual(found(ports({ port: "http" })), []);
    assert.deepEqual(found(ports({ port: "http" }), { port: 80 }), ["ingress"]);
    assert.deepEqual(found(ports({ port: "metrics" })), ["ingress"]);
    assert.deepEqual(found(ports({ protocol: "UDP" })), ["ingress"]);
    assert.deepEqual(found(ports({ protocol: "UDP" }), { protocol: "UDP" }), []);
    assert.deepEqual(found(ports({})), []);
  });

  it("resolves a name in egress at the pod that is connected to", () => {
    const egress = {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ ports: [{ port: "http" }] }],
    };
    assert.deepEqual(found(egress, { from: shop, to: cart }), []);
    assert.deepEqual(found(egress, { from: shop, to: outside }), ["egress"]);
  });

  const term = fc.constantFrom(
    everywhere,
    { podSelector: {} },
    { podSelector: { matchLabels: { app: "web" } } },
    { namespaceSelector: { matchLabels: { team: "cart" } } },
    { ipBlock: { cidr: "203.0.113.0/24" } },
    { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } },
  );
  const port = fc.constantFrom({ port: 9898 }, { port: "http" }, { port: 53, protocol: "UDP" });
  const rule = fc.record({ from: fc.array(term, { maxLength: 3 }), ports: fc.array(port) });
  const spec = fc.record({
    podSelector: fc.constantFrom(
      {},
      { matchLabels: { app: "web" } },
      { matchLabels: { app: "x" } },
    ),
    policyTypes: fc.constantFrom(["Ingress"], ["Ingress", "Egress"]),
    ingress: fc.array(rule, { maxLength: 3 }),
  });
  const connection = fc.record({
    from: fc.constantFrom(cart, pod("shop", "job"), outside),
    port: fc.constantFrom(9898, 53, 80),
    protocol: fc.constantFrom("TCP" as const, "UDP" as const),
  });
  const opens = (policies: readonly KubeObject[], more: Partial<PolicyConnection>) =>
    !evaluatePolicies(policies, connect(more)).includes("ingress");

  it("adds up: several policies allow what one of those that select the pod allows", () => {
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1 }), connection, (specs, more) => {
        const policies = specs.map((each) => policy(each));
        const selecting = policies.filter(
          (one) => !opens([policy({ ...(one["spec"] as object), ingress: [] })], more),
        );
        const expected = selecting.length === 0 || selecting.some((one) => opens([one], more));
        assert.equal(opens(policies, more), expected);
      }),
    );
  });

  it("never closes by a further rule, and never opens by a further port or exception", () => {
    fc.assert(
      fc.property(spec, rule, connection, (one, more, how) => {
        const wider = { ...one, ingress: [...one.ingress, more] };
        if (opens([policy(one)], how)) assert.ok(opens([policy(wider)], how));
        const narrower = {
          ...one,
          ingress: one.ingress.map((each) => ({
            ...each,
            from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["0.0.0.0/0"] } }],
          })),
        };
        if (opens([policy(narrower)], how)) assert.ok(opens([policy(one)], how));
      }),
    );
  });

  it("depends neither on the order of policies nor on other objects", () => {
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 4 }), connection, (specs, how) => {
        const policies = specs.map((each) => policy(each));
        const other = { ...policy(closed), kind: "Service" };
        assert.equal(opens([other, ...[...policies].reverse()], how), opens(policies, how));
      }),
    );
  });
});
