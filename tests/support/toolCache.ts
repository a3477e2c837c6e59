import * as fs from "node:fs";
import * as path from "node:path";
import { cacheRoot, entryPath, isBundle, usablePath } from "../../tools/toolchain/cache";
import { pins } from "../../tools/toolchain/pins";
import { makeFolder } from "./folder";

/**
 * A tool cache in which every tool is present and none does anything: components ask where tools are,
 * and a unit test must not depend on what this machine has downloaded.
 * @returns what puts the real cache back.
 */
export function useFakeTools(): () => void {
  const before = process.env["XDG_CACHE_HOME"];
  const folder = makeFolder();
  process.env["XDG_CACHE_HOME"] = folder.dir;
  for (const pin of pins) {
    const entry = entryPath(cacheRoot(), pin);
    fs.mkdirSync(entry, { recursive: true });
    fs.writeFileSync(path.join(entry, "manifest.json"), "{}");
    if (!isBundle(pin)) fs.writeFileSync(usablePath(entry, pin), "#!/bin/false\n", { mode: 0o755 });
  }
  return () => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    folder.remove();
  };
}
