import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { programOf } from "../../../infra/providers/local/programs";
import { makeFolder } from "../../support/folder";

const services = path.join(repositoryRoot, "services");
const names = fs
  .readdirSync(services)
  .filter((name) => fs.existsSync(path.join(services, name, "main.ts")));

describe("The program of each of the platform's own services", () => {
  const folder = makeFolder();
  after(() => folder.remove());

  it("is found", () => assert.ok(names.length > 0));

  for (const name of names)
    it(`${name} is one file that needs nothing beside it, and reads what it is told`, async () => {
      const file = path.join(folder.dir, `${name}.js`);
      fs.writeFileSync(file, await programOf(name));
      const config = path.join(folder.dir, "no-config.json");
      const { status, stderr } = spawnSync(process.execPath, [file, config], {
        cwd: folder.dir,
        encoding: "utf8",
        timeout: 10_000,
      });
      assert.equal(status, 1, stderr);
      assert.ok(stderr.includes(config), stderr);
      assert.doesNotMatch(stderr, /Cannot find module/);
    });
});
