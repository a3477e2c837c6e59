import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import { type Awaited, formatHeld, missingIn } from "../../../cli/settle";
import type { Status } from "../../../operations/status/model";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);
const commit = "0123456789abcdef";
const namesOf = (status: Status, awaited: Awaited) =>
  missingIn(status, awaited).map(({ name }) => name);
const empty: Status = composeStatus(plan, { ...good, applications: [], workloads: [] });

describe("What `up` waits for", () => {
  it("is nothing once all is ready, at whatever commit where none was approved", () => {
    assert.deepEqual(namesOf(composeStatus(plan, good), {}), []);
    assert.deepEqual(namesOf(empty, {}), ["the first apps"]);
  });

  it("is every app at the commit that was approved", () => {
    const status = composeStatus(plan, good);
    assert.deepEqual(namesOf(status, { commit }), []);
    assert.deepEqual(namesOf(status, { commit: "fedcba9876543210" }), ["shop at fedcba9"]);
  });

  it("is no app that the approved commit no longer has", () => {
    const status = composeStatus(plan, good);
    const apps = status.apps.map((app) => ({ ...app, removed: true, revision: "" }));
    assert.deepEqual(namesOf({ ...status, apps }, { commit }), []);
  });

  it("is the platform alone while apps are held back", () => {
    assert.deepEqual(namesOf(empty, { held: "why" }), []);
    const lost = composeStatus(plan, {
      ...good,
      applications: [],
      regions: { ...good.regions, "us-east-1": undefined },
    });
    assert.deepEqual(namesOf(lost, { held: "why" }), ["us-east-1"]);
  });

  it("is named even when only Argo CD's own objects are not in order", () => {
    const applications = (good.applications ?? []).filter(
      ({ metadata }) => metadata.name === "shop",
    );
    const status = composeStatus(plan, { ...good, applications });
    assert.deepEqual(namesOf(status, {}), ["Argo CD's own objects"]);
  });
});

describe("A platform whose apps were not waited for", () => {
  it("is up, and says why there is nothing new", () => {
    const lines = formatHeld(empty, "Nothing is released yet.", 4200).split("\n");
    assert.equal(lines[1], "test is up in 4.2 s. Nothing is released yet.");
    assert.ok(lines.some((line) => line.startsWith("●  eu-west-1")));
  });
});
