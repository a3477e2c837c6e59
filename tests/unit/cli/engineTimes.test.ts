import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { readEngineTimes } from "../../../bench/engineRun";
import { timed } from "../../../operations/engine/times";
import { makeFolder } from "../../support/folder";

describe("times of the engine", () => {
  const events = [
    { preludeEvent: {} },
    { resourcePreEvent: { metadata: { urn: "a", op: "create" } } },
    { diagnosticEvent: { message: "something" } },
    { resOutputsEvent: { metadata: { urn: "a", op: "create" } } },
    { summaryEvent: {} },
  ] as unknown as EngineEvent[];
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  it("are written down beside what is shown, where a file is named", () => {
    const file = path.join(folder.dir, "times");
    const seen: EngineEvent[] = [];
    const begin = Date.now();
    events.forEach(timed((event) => seen.push(event), file));
    const times = readEngineTimes(file);
    assert.deepEqual(seen, events);
    assert.deepEqual(
      times.map(({ what, urn }) => (urn === undefined ? what : `${urn} ${what}`)),
      ["run began", "a began", "a ended", "run ended"],
    );
    assert.ok(times.every(({ at }) => at >= begin && at <= Date.now()));
  });

  it("change nothing where no file is named", () => {
    const see = () => undefined;
    assert.equal(timed(see, undefined), see);
    assert.deepEqual(fs.readdirSync(folder.dir), []);
  });
});
