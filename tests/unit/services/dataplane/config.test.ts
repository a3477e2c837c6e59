import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type DataplaneConfig, readConfig, readPeers } from "../../../../services/dataplane/config";
import { makeFolder } from "../../../support/folder";

describe("What a data plane is told", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  it("is a file of JSON; without it nothing starts", () => {
    const file = path.join(folder.dir, "config.json");
    assert.throws(() => readConfig(file), /ENOENT/);
    fs.writeFileSync(file, JSON.stringify({ region: "a", podPort: 1 }));
    assert.deepEqual(readConfig(file), { region: "a", podPort: 1 });
  });

  it("has its peers in a file that may come later and change: all edges but its own", () => {
    const edgesFile = path.join(folder.dir, "edges.json");
    const config = { region: "a", edgesFile } as DataplaneConfig;
    assert.deepEqual(readPeers(config), {});
    fs.writeFileSync(edgesFile, JSON.stringify({ a: "http://127.1.0.1:1" }));
    assert.deepEqual(readPeers(config), {});
    fs.writeFileSync(
      edgesFile,
      JSON.stringify({ a: "http://127.1.0.1:1", b: "http://127.2.0.1:1" }),
    );
    assert.deepEqual(readPeers(config), { b: "http://127.2.0.1:1" });
  });
});
