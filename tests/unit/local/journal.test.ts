import * as assert from "node:assert/strict";
import { withJournal, journalDeletion, isDirty } from "../../../infra/provider/journal";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

const urn = "urn:pulumi:test::meridian::meridian:local:Cluster::thing";
const never = () => new Promise<never>(() => undefined);

describe("The record of what resources were carried out with", () => {
  let folder: ReturnType<typeof makeFolder>;
  let restore: () => void;
  beforeEach(() => {
    folder = makeFolder();
    restore = setVariables({ MERIDIAN_HOME: folder.dir });
  });
  afterEach(() => {
    restore();
    folder.remove();
  });

  it("knows of nothing unfinished at first, nor after an action has succeeded", async () => {
    assert.equal(isDirty(urn, { a: 1 }), false);
    assert.equal(
      await withJournal(urn, { a: 1, b: { c: 2, d: [3] } }, () => Promise.resolve(7)),
      7,
    );
    assert.equal(isDirty(urn, { b: { d: [3], c: 2 }, a: 1 }), false, "keys in any order");
  });

  it("finds what was cut short, what failed, and what was carried out but not written into the state", async () => {
    await withJournal(urn, { a: 1 }, () => Promise.resolve());
    void withJournal(urn, { a: 2 }, never);
    assert.equal(isDirty(urn, { a: 1 }), true);
    assert.equal(isDirty(urn, { a: 2 }), true);
    await assert.rejects(
      withJournal(urn, { a: 3 }, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(isDirty(urn, { a: 3 }), true);
    await withJournal(urn, { a: 4 }, () => Promise.resolve());
    assert.equal(isDirty(urn, { a: 1 }), true);
    assert.equal(isDirty(urn, { a: 4 }), false);
    assert.equal(isDirty(`${urn}-2`, { a: 9 }), false, "another resource");
  });

  it("forgets what is deleted, once it is", async () => {
    await withJournal(urn, { a: 1 }, () => Promise.resolve());
    void journalDeletion(urn, never);
    assert.equal(isDirty(urn, { a: 1 }), true);
    await journalDeletion(urn, () => Promise.resolve());
    assert.equal(isDirty(urn, { a: 2 }), false);
  });
});
