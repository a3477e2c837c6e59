import assert from "node:assert/strict";
import { join } from "node:path";
import { gather } from "../../../ci/gather";
import { type Outcome, type Part, readParts, writePart } from "../../../ci/part";
import { makeFolder } from "../../support/folder";

describe("what a change means for an environment", () => {
  const asked: string[] = [];
  const meridian = (outcome: Outcome) => (args: readonly string[]) => {
    asked.push(args.join(" "));
    return Promise.resolve(outcome);
  };
  const question = { environment: "staging", from: "origin/main", to: "HEAD" };
  const diff = "diff staging --from origin/main --to HEAD --markdown";

  beforeEach(() => asked.splice(0));

  it("is asked of preview and diff; a failure is an answer", async () => {
    const failed = { kind: "failed", text: "no credentials" } as const;
    const part = await gather(question, meridian(failed));
    assert.deepEqual(asked, ["preview staging", diff]);
    assert.deepEqual(part, { environment: "staging", preview: failed, difference: failed });
  });

  it("has no preview where there is a reason", async () => {
    const done = { kind: "done", text: "" } as const;
    const part = await gather({ ...question, withoutPreview: "A fork." }, meridian(done));
    assert.deepEqual(asked, [diff]);
    assert.deepEqual(part.preview, { kind: "skipped", reason: "A fork." });
  });
});

describe("parts of a report", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  const part = (environment: string): Part => ({
    environment,
    preview: { kind: "skipped", reason: "A fork." },
    difference: { kind: "done", text: "é\n`x`" },
  });

  it("are read back from folders of several jobs, by environment", () => {
    writePart(join(folder.dir, "b"), part("staging"));
    writePart(join(folder.dir, "a/deep"), part("production"));
    assert.deepEqual(readParts(folder.dir), [part("production"), part("staging")]);
  });

  it("are none where every job failed", () => {
    assert.deepEqual(readParts(join(folder.dir, "absent")), []);
  });
});
