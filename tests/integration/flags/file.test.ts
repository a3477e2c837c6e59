import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createFlag } from "../../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/components/rollouts/flagFile";
import { readState } from "../../../infra/components/rollouts/flagReading";
import type { FlagFile } from "../../../infra/components/rollouts/flags";
import { makeFolder } from "../../support/folder";

const editor = path.join(__dirname, "editor.ts");

describe("processes that edit one flag file", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  let file: string;
  const flags = () => (JSON.parse(fs.readFileSync(file, "utf8")) as FlagFile).flags;
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", editor, file, ...args], {
      stdio: "inherit",
    });
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return code ?? signal;
  };

  beforeEach(() => {
    folder = makeFolder();
    file = path.join(folder.dir, "flags.local.json");
    fs.writeFileSync(file, formatFlagFile({ flags: { a: createFlag("a") } }));
  });
  afterEach(() => folder.remove());

  it("lose no edit of one another's", async () => {
    const regions = ["r-1", "r-2", "r-3"];
    const codes = await Promise.all(regions.map((region, i) => run("a", String(10 + i), region)));
    assert.deepEqual(codes, [0, 0, 0]);
    const flag = flags()["a"];
    assert.ok(flag !== undefined);
    assert.equal(flag.version, 4);
    const shares = regions.map((region, i) => [region, { kind: "on", percentage: 10 + i }]);
    assert.deepEqual(readState(flag)?.regions, Object.fromEntries(shares));
    assert.deepEqual(fs.readdirSync(folder.dir), ["flags.local.json"]);
  });

  it("leave the old file when they are killed before it is replaced, and the next one goes on", async () => {
    const before = fs.readFileSync(file, "utf8");
    assert.equal(await run("a", "50", "", "die"), "SIGKILL");
    assert.equal(fs.readFileSync(file, "utf8"), before);
    assert.ok(fs.existsSync(path.join(folder.dir, ".flags.local.json.tmp")));
    assert.equal(await run("a", "25"), 0);
    const flag = flags()["a"];
    assert.ok(flag !== undefined);
    assert.deepEqual(readState(flag)?.everywhere, { kind: "on", percentage: 25 });
    assert.deepEqual(fs.readdirSync(folder.dir), ["flags.local.json"]);
  });
});
