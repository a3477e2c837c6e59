import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { findPart } from "../../../cli/logStart";
import { makeFolder } from "../../support/folder";

const at = (minute: number) => Date.parse(`2026-11-30T12:${String(minute).padStart(2, "0")}:00Z`);
const line = (minute: number) => `time="${new Date(at(minute)).toISOString()}" msg=${minute}`;

describe("The part of a log since a time", () => {
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "a.log");
  });
  afterEach(() => folder.remove());

  /** The lines of the part; `undated` before them if no line has a timestamp. */
  const part = async (lines: readonly string[], since: number, tail?: number, newline = "\n") => {
    const text = lines.join("\n") + newline;
    fs.writeFileSync(file, text);
    const { offset, dated } = await findPart(file, { since, tail }, at(30));
    const rest = Buffer.from(text).subarray(offset).toString().split("\n");
    return [...(dated ? [] : ["undated"]), ...rest.filter((one) => one !== "")];
  };

  it("begins at the first line of that time, and has the lines without a time that follow", async () => {
    const lines = [line(1), "ä stack", line(2), "more", line(3)];
    assert.deepEqual(await part(lines, at(2)), lines.slice(2));
    assert.deepEqual(await part(lines, at(3)), [line(3)]);
    assert.deepEqual(await part(lines, at(0)), lines);
    assert.deepEqual(await part(lines, at(4)), []);
    assert.deepEqual(await part(lines, at(3), undefined, ""), [line(3)]);
  });

  it("has the first lines only if the first time is recent", async () => {
    const lines = ["banner", line(1), line(2)];
    assert.deepEqual(await part(lines, at(1)), lines);
    assert.deepEqual(await part(lines, at(2)), [line(2)]);
  });

  it("stays whole where an older line is among the recent ones", async () => {
    const lines = [line(1), line(3), line(2), line(4)];
    assert.deepEqual(await part(lines, at(3)), lines.slice(1));
  });

  it("is cut to the last lines", async () => {
    const lines = [line(1), line(2), "more", line(3)];
    assert.deepEqual(await part(lines, at(2), 2), ["more", line(3)]);
    assert.deepEqual(await part(lines, at(2), 9), lines.slice(1));
    assert.deepEqual(await part(lines, at(2), 0), []);
  });

  it("is all of a log without times, and says so", async () => {
    assert.deepEqual(await part(["a", "b"], at(1)), ["undated", "a", "b"]);
    assert.deepEqual(await part(["a", "b"], at(1), 1), ["undated", "b"]);
    assert.deepEqual(await part([], at(1), undefined, ""), []);
  });

  it("is found in a file of many chunks", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `${line(i < 15_000 ? 1 : 2)} ${i}`);
    assert.deepEqual(await part(many, at(2)), many.slice(15_000));
  });
});
