import * as fs from "node:fs";
import * as path from "node:path";
import { cacheRoot, entryPath, isBundle, usablePath } from "../../toolchain/cachePaths";
import { pins } from "../../toolchain/pins";
import { makeFolder } from "./folder";

/**
 * Loaded before all unit tests: a tool cache in which every tool is present and none does anything. Components ask where
 * tools are, and what a unit test says must not depend on what this machine has built: on a new one that is nothing.
 */
const folder = makeFolder();
process.on("exit", () => folder.remove());
process.env["XDG_CACHE_HOME"] = folder.dir;
for (const pin of pins) {
  const entry = entryPath(cacheRoot(), pin);
  fs.mkdirSync(entry, { recursive: true });
  fs.writeFileSync(path.join(entry, "manifest.json"), "{}");
  if (!isBundle(pin)) fs.writeFileSync(usablePath(entry, pin), "#!/bin/false\n", { mode: 0o755 });
}
