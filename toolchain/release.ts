import { copyFile, mkdir, rename, stat } from "node:fs/promises";
import { createHash } from "node:crypto";
import path from "node:path";
import { x as extract } from "tar";
import { download, fetchText } from "./download";
import type { Job } from "./run";
import { type Check, type ReleaseSource, ToolchainError } from "./types";

/** Downloads and checks the publisher's own build, and extracts the executable. */
export async function fetchRelease(source: ReleaseSource, job: Job): Promise<void> {
  const url = source.url[job.run.arch];
  const archive = await fetchOnce(url, source.check, job);
  const target = path.join(job.into, job.pin.name);
  const member = source.member?.[job.run.arch];
  if (member === undefined) return copyFile(archive, target);
  const folder = path.join(job.scratch, "unpacked");
  await mkdir(folder, { recursive: true });
  const wanted = path.posix.normalize(member);
  await extract({
    file: archive,
    cwd: folder,
    filter: (name) => path.posix.normalize(name) === wanted,
  });
  await rename(path.join(folder, wanted), target).catch(() => {
    throw new ToolchainError(`${url} does not contain ${member}`);
  });
}

/** Pulumi's tools share one tarball: a run downloads it once. */
async function fetchOnce(url: string, check: Check, job: Job): Promise<string> {
  const sha256 = await expectedHash(url, check, job);
  const name = createHash("sha256").update(`${url} ${sha256}`).digest("hex");
  const archive = path.join(job.run.scratch, name);
  if (await stat(archive).catch(() => undefined)) return archive;
  job.say({ phase: "downloading", fraction: 0, message: path.basename(url) });
  await download(url, archive, { sha256, run: job.run, say: job.say });
  return archive;
}

async function expectedHash(url: string, check: Check, job: Job): Promise<string> {
  switch (check.kind) {
    case "pinned":
      return check.sha256[job.run.arch];
    case "published": {
      const from = check.url[job.run.arch];
      const text = await fetchText(from, { run: job.run });
      const file = decodeURIComponent(path.posix.basename(new URL(url).pathname));
      const found = findHash(text, check.format, file);
      if (found === undefined) throw new ToolchainError(`${from} has no SHA-256 for ${file}`);
      return found;
    }
  }
}

/** A publisher's hash: bare, or on the line that names exactly this file. */
export function findHash(text: string, format: "bare" | "list", file: string): string | undefined {
  const hex = /^[0-9a-f]{64}$/i;
  for (const line of text.split("\n")) {
    const [hash = "", name = ""] = line.trim().split(/\s+/);
    if (!hex.test(hash)) continue;
    if (format === "bare" || path.posix.basename(name.replace(/^\*/, "")) === file)
      return hash.toLowerCase();
  }
  return undefined;
}
