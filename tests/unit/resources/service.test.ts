import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/local/instance";
import { programFolders } from "../../../infra/resources/local/service";

/** A file of TypeScript with all that it imports by a relative path, and so on; types are gone when it runs. */
function imported(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = /^(?:import|export)\s(?!type\b)[^;]*?\sfrom "(\.[^"]+)"/gm;
  for (const [, name = ""] of fs.readFileSync(file, "utf8").matchAll(imports)) {
    const wanted = path.resolve(path.dirname(file), name);
    const found = [`${wanted}.ts`, path.join(wanted, "index.ts")].find((one) => fs.existsSync(one));
    assert.ok(found, `${file} imports ${name}`);
    imported(found, seen);
  }
  return seen;
}

describe("the platform's own services", () => {
  it("are started anew when anything has changed that they are made of", () => {
    const services = path.join(repositoryRoot, "services");
    const mains = fs
      .readdirSync(services)
      .map((name) => path.join(name, "main.ts"))
      .filter((main) => fs.existsSync(path.join(services, main)));
    assert.ok(mains.length > 0);
    for (const main of mains) {
      const files = [...imported(path.join(services, main))];
      const others = files
        .map((file) => path.relative(repositoryRoot, file))
        .filter((file) => !programFolders.some((folder) => file.startsWith(`${folder}/`)));
      assert.deepEqual(others, [], main);
    }
  });
});
