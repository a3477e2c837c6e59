import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as z from "zod";
import { manifestName } from "./cachePaths";
import { sha256Of } from "./hash";
import { ToolchainError } from "./types";

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** Kind of the source that provided it. */
  source: z.string(),
  files: z.array(
    z.object({ path: z.string(), size: z.number(), mtimeMs: z.number(), sha256: z.string() }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Validity = { ok: true; manifest: Manifest } | { ok: false; reason: string };

/** Whether an entry is intact: by size and time, and by hash if the time differs or `full` is set. */
export async function validate(entry: string, full: boolean): Promise<Validity> {
  const manifest = await readManifest(entry);
  if (!manifest) return { ok: false, reason: "not in the cache" };
  let touched = false;
  for (const file of manifest.files) {
    const found = await stat(path.join(entry, file.path)).catch(() => undefined);
    if (!found) return { ok: false, reason: `${file.path} is missing` };
    if (found.size !== file.size) return { ok: false, reason: `${file.path} has another size` };
    if (!full && found.mtimeMs === file.mtimeMs) continue;
    if ((await sha256Of(path.join(entry, file.path))) !== file.sha256)
      return { ok: false, reason: `${file.path} has other contents than when it was made` };
    touched ||= found.mtimeMs !== file.mtimeMs;
    file.mtimeMs = found.mtimeMs;
  }
  // The contents are right and only the times differ (a copied cache): store the new times, to avoid hashing again.
  if (touched) await writeManifest(entry, manifest).catch(() => undefined);
  return { ok: true, manifest };
}

async function readManifest(entry: string): Promise<Manifest | undefined> {
  try {
    const text = await readFile(path.join(entry, manifestName), "utf8");
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function writeManifest(entry: string, manifest: Manifest): Promise<void> {
  const partial = path.join(entry, `.${manifestName}.${process.pid}`);
  await writeFile(partial, JSON.stringify(manifest, null, 2));
  await rename(partial, path.join(entry, manifestName));
}

/** Writes the manifest of a finished folder and moves the folder into place in one step. */
export async function commit(
  made: string,
  entry: string,
  about: Omit<Manifest, "files">,
): Promise<void> {
  const files: Manifest["files"] = [];
  const items = await readdir(made, { recursive: true, withFileTypes: true });
  for (const item of items) {
    if (!item.isFile()) continue;
    const full = path.join(item.parentPath, item.name);
    const { size, mtimeMs } = await stat(full);
    files.push({ path: path.relative(made, full), size, mtimeMs, sha256: await sha256Of(full) });
  }
  if (files.length === 0) throw new ToolchainError(`${about.name}: nothing was made`);
  await writeManifest(made, { ...about, files });
  await mkdir(path.dirname(entry), { recursive: true });
  await rm(entry, { recursive: true, force: true });
  await rename(made, entry);
}

/** A scratch folder on the cache's own file system, so that a rename moves it into place atomically. */
export async function makeScratch(root: string, label: string): Promise<string> {
  const unique = Math.random().toString(36).slice(2, 10);
  const folder = path.join(root, "tmp", `${label}@${hostname()}@${process.pid}@${unique}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Removes leftovers of killed runs. Folders of other hosts (a shared home) are removed after a day. */
export async function sweepScratch(root: string): Promise<void> {
  const folder = path.join(root, "tmp");
  for (const name of await readdir(folder).catch(() => [])) {
    const full = path.join(folder, name);
    const [, host, pid] = name.split("@");
    const found = await stat(full).catch(() => undefined);
    const old = found !== undefined && Date.now() - found.mtimeMs > dayMs;
    if (old || (host === hostname() && !isAlive(Number(pid)))) await removeTree(full);
  }
}

export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
