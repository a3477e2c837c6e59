import * as assert from "node:assert/strict";
import { pinToStable, holdPin, releasePin } from "../../../../infra/components/rollouts/admission";
import type { PodTemplate, RolloutObject } from "../../../../infra/components/rollouts/object";
import { plainTemplate } from "../../../../infra/components/rollouts/templates";
import { applyJsonPatch } from "../../../support/jsonPatch";
import { rolloutOf, storedTemplateOf, templateOf } from "../../../support/rollouts";

const annotation = "meridian.dev/wanted-template";
const stable = plainTemplate(storedTemplateOf("v1", "us-east-1"));
const wanted = templateOf("v2");
const remembered = { [annotation]: JSON.stringify(wanted) };
const first: PodTemplate = { ...stable, metadata: templateOf("v1").metadata ?? {} };

/** As it is created: without status. */
function created(annotations?: Readonly<Record<string, string>>): RolloutObject {
  const { metadata, spec } = rolloutOf({}, annotations);
  return { metadata, spec: spec ?? {} };
}

/** Created with v1 in place of v2. */
function waiting(status: RolloutObject["status"] = {}, template = first): RolloutObject {
  const rollout = rolloutOf({ currentPodHash: "v1", phase: "Healthy", ...status }, remembered);
  return { ...rollout, spec: { ...rollout.spec, template } };
}

describe("A Rollout that is created in a region", () => {
  it("comes from the stable version with the region's own label, and remembers what it was to be", () => {
    const patch = pinToStable(created(), stable);
    assert.deepEqual(
      patch.map(({ op, path }) => [op, path]),
      [
        ["replace", "/spec/template"],
        ["add", "/metadata/annotations"],
        ["add", "/metadata/annotations/meridian.dev~1wanted-template"],
      ],
    );
    const { metadata, spec } = applyJsonPatch(created(), patch);
    assert.deepEqual(spec?.template, first);
    assert.equal(metadata.annotations?.[annotation], JSON.stringify(wanted));
    assert.deepEqual(spec?.strategy, created().spec?.strategy);
  });

  it("keeps its other annotations, and what it was to be is what it says now", () => {
    const annotations = { [annotation]: "old", "meridian.dev/flag": "new-orders" };
    const { metadata } = applyJsonPatch(
      created(annotations),
      pinToStable(created(annotations), stable),
    );
    assert.deepEqual(metadata.annotations, { ...annotations, ...remembered });
  });

  it("is left alone when that is the same version, or there is none to come from", () => {
    const same = { ...created(), spec: { template: templateOf("v1") } };
    assert.deepEqual(pinToStable(same, stable), []);
    assert.deepEqual(pinToStable(created(), undefined), []);
    assert.deepEqual(pinToStable({ ...created(), spec: {} }, stable), []);
    const leftover = created({ [annotation]: "old" });
    assert.deepEqual(
      applyJsonPatch(leftover, pinToStable(leftover, undefined)).metadata.annotations,
      {},
    );
  });
});

describe("A Rollout that came from another version, when it is changed", () => {
  const change = (before: RolloutObject, template: RolloutObject["spec"] & object) => {
    const after = { ...before, spec: { ...before.spec, ...template } };
    return applyJsonPatch(after, holdPin(before, after));
  };

  it("keeps the first version until that is the stable one, and wants what is newest", () => {
    const before = waiting({ stableRS: "" });
    const { metadata, spec } = change(before, { template: templateOf("v3") });
    assert.deepEqual(spec?.template, first);
    assert.equal(metadata.annotations?.[annotation], JSON.stringify(templateOf("v3")));
  });

  it("remembers again what the change has taken away", () => {
    const before = waiting({ stableRS: "" });
    const { name, resourceVersion } = before.metadata;
    const after: RolloutObject = {
      ...before,
      metadata: { name, resourceVersion: resourceVersion ?? "" },
      spec: { ...before.spec, template: wanted },
    };
    const kept = applyJsonPatch(after, holdPin(before, after));
    assert.deepEqual(kept.metadata.annotations, remembered);
    assert.deepEqual(kept.spec?.template, first);
  });

  it("takes a new version as it comes once the first one is stable, with nothing to put back", () => {
    const { metadata, spec } = change(waiting(), { template: templateOf("v3") });
    assert.deepEqual(spec?.template, templateOf("v3"));
    assert.deepEqual(metadata.annotations, {});
  });

  it("is left alone when the version stays, with or without empty fields, and when there is nothing to remember", () => {
    for (const stableRS of ["", "v1"]) {
      const before = waiting({ stableRS });
      const written = { ...first, metadata: { ...first.metadata, creationTimestamp: null } };
      for (const template of [first, written, templateOf("v1")])
        assert.deepEqual(holdPin(before, { ...before, spec: { template } }), []);
    }
    const ordinary = rolloutOf({ stableRS: "" });
    assert.deepEqual(holdPin(ordinary, { ...ordinary, spec: { template: first } }), []);
  });
});

describe("What a Rollout was asked to be", () => {
  it("is put back once the version that it came from is healthy, if nothing has changed since", () => {
    const rollout = waiting();
    const patch = releasePin(rollout);
    assert.deepEqual(patch, [
      { op: "test", path: "/metadata/resourceVersion", value: "7" },
      { op: "replace", path: "/spec/template", value: wanted },
      { op: "remove", path: "/metadata/annotations/meridian.dev~1wanted-template" },
    ]);
    const { metadata, spec } = applyJsonPatch(rollout, patch);
    assert.deepEqual([metadata.annotations, spec?.template], [{}, wanted]);
    const newer = { ...rollout, metadata: { ...rollout.metadata, resourceVersion: "8" } };
    assert.throws(() => applyJsonPatch(newer, patch));
  });

  it("waits while that version is not stable, not healthy or not what the status is about", () => {
    const not: readonly RolloutObject["status"][] = [
      { stableRS: "" },
      { stableRS: "v0" },
      { phase: "Progressing" },
      { phase: "" },
      { observedGeneration: "0" },
      { observedGeneration: "" },
    ];
    for (const status of not) assert.equal(releasePin(waiting(status)), undefined);
    assert.equal(releasePin(rolloutOf({ currentPodHash: "v1", phase: "Healthy" })), undefined);
  });

  it("is forgotten when nobody can read it", () => {
    for (const broken of ["", "{", "null", "7", "[]", "{}"]) {
      const { metadata, ...rest } = waiting();
      const rollout = { ...rest, metadata: { ...metadata, annotations: { [annotation]: broken } } };
      const found = applyJsonPatch(rollout, releasePin(rollout) ?? []);
      assert.deepEqual([found.metadata.annotations, found.spec?.template], [{}, first], broken);
    }
  });
});
