import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { moduleCopies, toolEdits } from "./moduleCopies";
import { repositoryRoot } from "./repositoryRoot";
import type { GoFolder, GoSource, Source, ToolPin } from "./types";

/** The file of an entry that lists its content. */
export const manifestName = "manifest.json";

const goFolder = path.join(repositoryRoot, "toolchain", "go");

/** The cache shared by every clone of this user. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CACHE_HOME"];
  // The XDG specification requires that relative values are ignored.
  const cache =
    base && path.isAbsolute(base) ? base : path.join(env["HOME"] ?? homedir(), ".cache");
  return path.join(cache, "meridian", "tools");
}

/** Folder of one pin: its name changes with anything that could change the bytes. */
export function entryPath(root: string, pin: ToolPin): string {
  const key = createHash("sha256").update(JSON.stringify(pin));
  for (const source of pin.sources) {
    if (source.kind !== "go") continue;
    key.update(JSON.stringify(moduleCopies[source.folder] ?? []));
    for (const { tools, ...edit } of toolEdits)
      if (tools.includes(pin.name) && edit.folder === source.folder)
        key.update(JSON.stringify(edit));
    for (const file of goInputs(source)) key.update(readFileSync(file));
  }
  return path.join(root, pin.name, `${pin.version}-${key.digest("hex").slice(0, 16)}`);
}

/** go.mod, go.sum and the project's own packages: with the module copies, these determine a build. */
function goInputs(source: GoSource): string[] {
  const folder = goModuleFolder(source.folder);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => path.join(item.parentPath, item.name))
    .sort();
}

export function goModuleFolder(folder: GoFolder): string {
  return path.join(goFolder, folder);
}

/** The path for callers: an executable of the tool's name, or the folder of a bundle. */
export function usablePath(entry: string, pin: ToolPin): string {
  return isBundle(pin) ? entry : path.join(entry, pin.name);
}

const bundles: readonly Source["kind"][] = ["rawFiles", "moduleFiles", "maven"];

export function isBundle(pin: ToolPin): boolean {
  return pin.sources.some(({ kind }) => bundles.includes(kind));
}

export function isPresent(entry: string, pin: ToolPin): boolean {
  return existsSync(path.join(entry, manifestName)) && existsSync(usablePath(entry, pin));
}
