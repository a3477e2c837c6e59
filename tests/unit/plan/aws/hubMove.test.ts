import * as assert from "node:assert/strict";
import { readEnvironmentFile } from "../../../../infra/config";
import {
  type HubMovePlan,
  type HubMoveSituation,
  planHubMove,
} from "../../../../infra/providers/aws/hub/hubMove";
import { hubNameIn } from "../../../../infra/providers/aws/account/names";
import { knownRegions } from "../../../../infra/config/addressing";

const staging = readEnvironmentFile("environments/Pulumi.staging.yaml", "staging");

/** The hub is in eu-west-1, lives, and has a fresh backup. */
const ordinary: HubMoveSituation = {
  environment: staging,
  to: "us-east-1",
  housed: ["eu-west-1"],
  answering: ["eu-west-1"],
  silentRegions: [],
  lost: false,
  backup: { lossMinutes: 20 },
  backupAgeMinutes: 12,
  isProtected: false,
};
const plan = (more: Partial<HubMoveSituation>) => planHubMove({ ...ordinary, ...more });
/** The environment after the step "edit". */
const edited = {
  ...staging,
  regions: staging.regions.map((region) => ({
    ...region,
    role: region.name === "us-east-1" ? ("hub" as const) : ("member" as const),
  })),
};
const kinds = ({ diagnostics, steps }: HubMovePlan) => {
  assert.deepEqual(diagnostics, []);
  return steps.map((step) => ("region" in step ? `${step.kind} ${step.region}` : step.kind));
};
const refusal = (more: Partial<HubMoveSituation>) => {
  const { diagnostics, steps } = plan(more);
  assert.deepEqual(steps, []);
  return diagnostics.join("\n");
};

describe("planHubMove", () => {
  it("edits, silences the old hub, and brings up", () => {
    const { steps } = plan({});
    assert.deepEqual(steps, [
      { kind: "edit", to: "us-east-1", home: "eu-west-1" },
      { kind: "silence", region: "eu-west-1" },
      { kind: "up" },
    ]);
  });

  it("says what it is designed to take and to lose", () => {
    const notes = plan({}).notes.join("\n");
    assert.match(notes, /45 minutes \(ADR 11; measured in no account\)/);
    assert.match(notes, /all but the last 20 minutes/);
    assert.equal(plan({}).notes.length, 2);
  });

  it("takes a lost hub out of the state instead, once a person has said that it is lost", () => {
    const gone = { answering: [] };
    assert.match(
      refusal(gone),
      /does not answer.*two hubs.*`npx meridian hub move staging --to us-east-1 --lost`/s,
    );
    assert.deepEqual(kinds(plan({ ...gone, lost: true })), ["edit", "forget eu-west-1", "up"]);
  });

  it("silences a hub that is given up but answers", () => {
    assert.deepEqual(kinds(plan({ lost: true })), ["edit", "silence eu-west-1", "up"]);
  });

  it("lifts the old cluster's protection where there is any", () => {
    assert.deepEqual(kinds(plan({ isProtected: true })), [
      ...["edit", "silence eu-west-1", "release eu-west-1", "up"],
    ]);
  });

  it("goes on where it was cut short: after the edit, and with both hubs there", () => {
    const again = { environment: edited };
    assert.deepEqual(kinds(plan(again)), ["silence eu-west-1", "up"]);
    const both = { ...again, housed: ["eu-west-1", "us-east-1"] };
    assert.deepEqual(kinds(plan({ ...both, answering: both.housed })), [
      ...["silence eu-west-1", "wake us-east-1", "up"],
    ]);
    assert.deepEqual(kinds(plan({ ...both, answering: ["eu-west-1"] })), [
      ...["silence eu-west-1", "up"],
    ]);
  });

  it("has nothing to do when it is done", () => {
    const done = { environment: edited, housed: ["us-east-1"], answering: ["us-east-1"] };
    assert.deepEqual(plan(done), { diagnostics: [], notes: [], steps: [] });
  });

  it("turns back: a hub that was silenced acts again", () => {
    const back = { environment: edited, to: "eu-west-1" };
    assert.deepEqual(kinds(plan(back)), ["edit", "wake eu-west-1", "up"]);
    const both = { housed: ["eu-west-1", "us-east-1"], answering: ["eu-west-1", "us-east-1"] };
    assert.deepEqual(kinds(plan({ ...back, ...both })), [
      ...["edit", "silence us-east-1", "wake eu-west-1", "up"],
    ]);
  });

  it("refuses a region that there is not, an environment without a hub, and one that is not on AWS", () => {
    assert.match(
      refusal({ to: "sa-east-1" }),
      /no region of staging, which has eu-west-1, us-east-1/,
    );
    assert.match(refusal({ housed: [], answering: [] }), /no hub in its state/);
    const local = readEnvironmentFile("environments/Pulumi.local.yaml", "local");
    assert.match(refusal({ environment: local }), /has the provider local/);
  });

  it("refuses to give up a living hub without a backup, until that is said", () => {
    assert.match(refusal({ backupAgeMinutes: 41 }), /41 minutes old \(it should be 20 at most\)/);
    assert.match(refusal({ backupAgeMinutes: undefined }), /no backup of Karmada that can be read/);
    const { notes } = plan({ backupAgeMinutes: 41, lost: true });
    assert.match(notes.join("\n"), /41 minutes old/);
    assert.deepEqual(kinds(plan({ backupAgeMinutes: 40 })), ["edit", "silence eu-west-1", "up"]);
  });

  it("says what to do about a region in which AWS does not answer, and what was there", () => {
    const gone = { answering: [], silentRegions: ["eu-west-1"], lost: true };
    const words = refusal(gone);
    assert.match(words, /take it out of meridian:regions, write role: hub at us-east-1/);
    assert.match(words, /`npx meridian forget staging eu-west-1 --hub`/);
    assert.match(words, /Write aws\.home: us-east-1 too: keys, images and the database's writer/);
    if (staging.provider !== "aws") throw new Error("staging is on AWS");
    const elsewhere = { ...staging, aws: { ...staging.aws, home: "us-east-1" } };
    assert.doesNotMatch(refusal({ ...gone, environment: elsewhere }), /aws\.home/);
  });
});

describe("A hub's names", () => {
  it("leave a load balancer's room for the engine's eight letters, in every region", () => {
    for (const region of knownRegions)
      assert.ok(`${hubNameIn(region)}-edge`.length + 8 <= 32, region);
  });
});
