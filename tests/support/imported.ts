import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

/** A file of TypeScript with all that it imports by a relative path, and so on; types are gone when it runs. */
export function imported(file: string, seen = new Set<string>()): ReadonlySet<string> {
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
