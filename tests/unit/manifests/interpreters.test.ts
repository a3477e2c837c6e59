import assert from "node:assert/strict";
import { interpreters } from "../../../infra/components/federation/manifests/interpreters";
import { runLua } from "../../support/lua";

/** A value as Lua writes it. Karmada hands objects over as such tables. */
function literal(value: unknown): string {
  if (value === undefined || value === null) return "nil";
  if (Array.isArray(value)) return `{${value.map(literal).join(",")}}`;
  if (typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, one]) => `[${JSON.stringify(key)}]=${literal(one)}`,
  );
  return `{${fields.join(",")}}`;
}

function scriptOf(name: string, what: string): string {
  const found = interpreters().find(({ metadata }) => metadata.name === name);
  const { customizations } = found?.spec as {
    customizations: Record<string, { luaScript: string }>;
  };
  const script = customizations[what]?.luaScript;
  assert.ok(script, `${name} has no ${what}`);
  return script;
}

/** Karmada's Lua raises an error for these. */
const withoutUnsupported = "string.dump, string.gsub, string.rep = nil, nil, nil\n";

/** Runs a script and gives one field of what it returns, as text. */
function run(name: string, what: string, call: string, field: string): string | null {
  return runLua(
    `${withoutUnsupported}${scriptOf(name, what)}\nlocal result = ${call}\nreturn tostring(result${field})`,
  );
}

interface Told {
  readonly clusterName: string;
  readonly applied?: boolean;
  readonly appliedMessage?: string;
  readonly status?: Readonly<Record<string, unknown>>;
}

const generation = 7;

/** What a region tells, all in order but for what is given. */
function region(clusterName: string, status: Readonly<Record<string, unknown>> = {}): Told {
  const counts = { replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  const current = { generation: 3, observedGeneration: 3, resourceTemplateGeneration: generation };
  return {
    clusterName,
    status: { phase: "Healthy", desiredReplicas: 2, ...counts, ...current, ...status },
  };
}

/** The federation's status of a Rollout with as many replicas as its regions are told, but for what is given. */
const federated =
  (items: readonly Told[], { replicas = 2 * items.length, labels = {} } = {}) =>
  (field: string) =>
    run(
      "meridian-rollout",
      "statusAggregation",
      `AggregateStatus(${literal({ metadata: { generation, labels }, spec: { replicas } })}, ${literal(items)})`,
      `.status.${field}`,
    );

describe("what Karmada is told of Rollouts", () => {
  it("is of Rollouts, weights, Services and budgets", () => {
    assert.deepEqual(
      interpreters().map(({ spec }) => (spec as { target: object }).target),
      [
        { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
        { apiVersion: "traefik.io/v1alpha1", kind: "TraefikService" },
        { apiVersion: "v1", kind: "Service" },
        { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
      ],
    );
  });

  it("is degraded while a region refuses it, in the region's words", () => {
    const refusal = (appliedMessage: string) =>
      federated([region("eu-west-1"), { clusterName: "us-east-1", appliedMessage }], {
        replicas: 4,
      });
    const refused = refusal(
      'Failed to apply all manifests (0/1): failed calling webhook "x": certificate signed by unknown authority',
    );
    assert.equal(refused("phase"), "Degraded");
    assert.equal(
      refused("message"),
      'us-east-1 refuses it: failed calling webhook "x": certificate signed by unknown authority',
    );
    // Argo CD trusts the phase only if it is of this generation.
    assert.equal(refused("observedGeneration"), "7");
    assert.equal(refused("availableReplicas"), "2");
    // Its namespace arrives later: Karmada applies it again.
    const early = refusal('Failed to apply all manifests (0/1): namespaces "shop" not found');
    assert.equal(early("phase"), "Progressing");
    assert.equal(early("observedGeneration"), "nil");
    const applied = { ...region("us-east-1"), applied: true, appliedMessage: "an old message" };
    assert.equal(federated([region("eu-west-1"), applied])("phase"), "Healthy");
  });

  it("adds the regions up", () => {
    const status = federated([region("eu-west-1"), region("us-east-1", { availableReplicas: 1 })]);
    assert.equal(status("replicas"), "4");
    assert.equal(status("availableReplicas"), "3");
    assert.equal(status("phase"), "Healthy");
    assert.equal(status("message"), "");
    assert.equal(status("observedGeneration"), "7");
  });

  it("calls healthy what waits for its flag, and says where and why", () => {
    const held = { phase: "Progressing", gatePhase: "held", gateReason: "flag a allows 10 %" };
    const status = federated([region("eu-west-1", held), region("us-east-1")]);
    assert.equal(status("phase"), "Healthy");
    assert.equal(status("message"), "eu-west-1 held: flag a allows 10 %");
    const off = { phase: "Degraded", gatePhase: "killed", gateReason: "a is off" };
    assert.equal(federated([region("eu-west-1", off)])("phase"), "Healthy");
  });

  it("does not call healthy what lacks pods, steps on, is broken or has not been told yet", () => {
    const held = { phase: "Progressing", gatePhase: "held", availableReplicas: 1 };
    const stepping = { phase: "Progressing", gatePhase: "stepping" };
    const broken = { phase: "Degraded", message: "no image" };
    const old = { resourceTemplateGeneration: generation - 1 };
    const unseen = { observedGeneration: 2 };
    const phase = (...items: readonly Told[]) => federated(items)("phase");
    for (const one of [held, stepping, old, unseen])
      assert.equal(phase(region("eu-west-1"), region("us-east-1", one)), "Progressing");
    assert.equal(phase(region("eu-west-1"), { clusterName: "us-east-1" }), "Progressing");
    assert.equal(phase(region("eu-west-1", broken), region("us-east-1", held)), "Degraded");
    assert.equal(federated([region("eu-west-1", broken)])("message"), "eu-west-1: no image");
    assert.equal(federated([region("eu-west-1", old)])("observedGeneration"), "nil");
  });

  it("does not call healthy what no region has yet, or only a part of", () => {
    const none = federated([], { replicas: 2 });
    assert.equal(none("phase"), "Progressing");
    assert.equal(none("message"), "regions have 0 of 2 replicas");
    assert.equal(none("observedGeneration"), "nil");
    // As after a region was lost, until the others have its share.
    const held = { phase: "Progressing", gatePhase: "held", gateReason: "flag a allows 10 %" };
    const part = federated([region("eu-west-1", held)], { replicas: 4 });
    assert.equal(part("phase"), "Progressing");
    const message = "eu-west-1 held: flag a allows 10 %; regions have 2 of 4 replicas";
    assert.equal(part("message"), message);
    const all = federated([region("eu-west-1", { desiredReplicas: 4, availableReplicas: 4 })], {
      replicas: 4,
    });
    assert.equal(all("phase"), "Healthy");
  });

  it("misses no replicas where there are none, where regions have more, and where autoscalers decide", () => {
    for (const items of [[], [region("eu-west-1", { desiredReplicas: 0, availableReplicas: 0 })]]) {
      const status = federated(items, { replicas: 0 });
      assert.deepEqual([status("phase"), status("message")], ["Healthy", ""]);
      assert.equal(status("observedGeneration"), "7");
    }
    const three = ["a", "b", "c"].map((name) => region(name));
    assert.equal(federated(three, { replicas: 4 })("phase"), "Healthy");
    const labels = { "resourcetemplate.karmada.io/retain-replicas": "true" };
    assert.equal(federated([region("a")], { replicas: 9, labels })("phase"), "Healthy");
    assert.equal(federated([], { replicas: 9, labels })("phase"), "Progressing");
  });

  it("reads the gate's mark, unless it is another version's, and words of what is broken alone", () => {
    const reflect = (hash: string, field: string, phase = "Progressing") =>
      run(
        "meridian-rollout",
        "statusReflection",
        `ReflectStatus(${literal({
          metadata: {
            generation: 3,
            annotations: {
              "meridian.dev/gate": '{"reason":"flag a allows 10 %","phase":"held","hash":"abc"}',
              "resourcetemplate.karmada.io/generation": "7",
            },
          },
          spec: { replicas: 2 },
          status: { currentPodHash: hash, observedGeneration: "3", phase, message: "why" },
        })})`,
        `.${field}`,
      );
    assert.equal(reflect("abc", "gatePhase"), "held");
    assert.equal(reflect("abc", "gateReason"), "flag a allows 10 %");
    assert.equal(reflect("abd", "gatePhase"), "nil");
    assert.equal(reflect("abc", "observedGeneration"), "3");
    assert.equal(reflect("abc", "resourceTemplateGeneration"), "7");
    assert.equal(reflect("abc", "message"), "nil");
    assert.equal(reflect("abc", "message", "Degraded"), "why");
  });

  it("leaves out reasons of a rollout that steps on: each would be written three times", () => {
    const told = (gate: string) =>
      run(
        "meridian-rollout",
        "statusReflection",
        `ReflectStatus(${literal({
          metadata: {
            annotations: { "meridian.dev/gate": `{"reason":"why","phase":"${gate}","hash":"a"}` },
          },
          spec: {},
          status: { currentPodHash: "a" },
        })})`,
        ".gateReason",
      );
    for (const gate of ["waiting", "held", "complete", "killed"]) assert.equal(told(gate), "why");
    for (const gate of ["stepping", "stable"]) assert.equal(told(gate), "nil");
  });

  it("says nothing of a budget in a region, and leaves the federation's as it is", () => {
    const status = literal({ currentHealthy: 3, disruptionsAllowed: 1 });
    const observed = `{ metadata = { generation = 1 }, status = ${status} }`;
    const reflected = `${scriptOf("meridian-budget", "statusReflection")}
      return tostring(next(ReflectStatus(${observed})))`;
    assert.equal(runLua(reflected), "nil");
    const items = literal([{ clusterName: "eu-west-1", status: {} }]);
    const call = `AggregateStatus({ spec = { minAvailable = 1 } }, ${items})`;
    assert.equal(run("meridian-budget", "statusAggregation", call, ".spec.minAvailable"), "1");
    assert.equal(run("meridian-budget", "statusAggregation", call, ".status"), "nil");
    const healthy = `${scriptOf("meridian-budget", "healthInterpretation")}
      return tostring(InterpretHealth({}))`;
    assert.equal(runLua(healthy), "true");
  });

  it("keeps in a region what is the region's own", () => {
    const services = (weights: readonly number[]) => ({
      spec: {
        weighted: { services: weights.map((weight, index) => ({ name: `${index}`, weight })) },
      },
    });
    const weight = (index: number) =>
      run(
        "meridian-weights",
        "retention",
        `Retain(${literal(services([100, 0]))}, ${literal(services([75, 25]))})`,
        `.spec.weighted.services[${index}].weight`,
      );
    assert.deepEqual([weight(1), weight(2)], ["75", "25"]);
    const service = (selector: object, more: object = {}) => ({ spec: { selector, ...more } });
    const observed = service(
      { app: "a", "rollouts-pod-template-hash": "abc" },
      { clusterIP: "10.0.0.1" },
    );
    const retained = (field: string) =>
      run(
        "meridian-service",
        "retention",
        `Retain(${literal(service({ app: "b" }))}, ${literal(observed)})`,
        field,
      );
    assert.equal(retained(`.spec.selector["rollouts-pod-template-hash"]`), "abc");
    assert.equal(retained(".spec.selector.app"), "b");
    assert.equal(retained(".spec.clusterIP"), "10.0.0.1");
    const rollout = (replicas: number, labels?: object) => ({
      metadata: { labels },
      spec: { replicas },
    });
    const replicas = (labels?: object) =>
      run(
        "meridian-rollout",
        "retention",
        `Retain(${literal(rollout(4, labels))}, ${literal(rollout(9))})`,
        ".spec.replicas",
      );
    assert.equal(replicas(), "4");
    assert.equal(replicas({ "resourcetemplate.karmada.io/retain-replicas": "true" }), "9");
  });

  it("counts a region's copy as soon as its pods are there", () => {
    const healthy = (status: object) =>
      run(
        "meridian-rollout",
        "healthInterpretation",
        `{ InterpretHealth(${literal({ metadata: { generation: 3 }, spec: { replicas: 2 }, status })}) }`,
        "[1]",
      );
    assert.equal(healthy({ observedGeneration: "3", availableReplicas: 2 }), "true");
    assert.equal(healthy({ observedGeneration: "2", availableReplicas: 2 }), "false");
    assert.equal(healthy({ observedGeneration: "3", availableReplicas: 1 }), "false");
  });
});
