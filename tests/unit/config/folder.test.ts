import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { flagFileOf, readFlagFile } from "../../../infra/config";
import { makeFolder } from "../../support/folder";

describe("The flags beside an environment", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  it("are read as they are written", () => {
    const file = flagFileOf(folder.dir, "staging");
    assert.equal(path.basename(file), "flags.staging.json");
    fs.writeFileSync(file, '{ "flags": { "shop": 1 } }');
    assert.equal(readFlagFile(file), '{ "flags": { "shop": 1 } }');
  });

  it("are none without a file", () => {
    assert.deepEqual(JSON.parse(readFlagFile(flagFileOf(folder.dir, "staging"))), { flags: {} });
  });

  it("are not taken for none where the file cannot be read", () => {
    assert.throws(() => readFlagFile(folder.dir), /EISDIR/);
  });
});
