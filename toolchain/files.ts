import { copyFile, chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { goModuleFolder } from "./cachePaths";
import { download } from "./download";
import { moduleDirectory } from "./go";
import { sha256Of } from "./hash";
import type { Job } from "./run";
import { type ModuleFilesSource, type RawFilesSource, ToolchainError } from "./types";

/** Downloads files of a tagged repository, and checks each against its pinned hash. */
export async function fetchRawFiles(source: RawFilesSource, job: Job): Promise<void> {
  for (const [index, file] of source.files.entries()) {
    const to = path.join(job.into, file.path);
    await mkdir(path.dirname(to), { recursive: true });
    await download(`${source.base}/${file.path}`, to, { sha256: file.sha256, run: job.run });
    job.say({
      phase: "downloading",
      fraction: (index + 1) / source.files.length,
      message: file.path,
    });
  }
}

/** Copies the same files from the Go module, and checks them against the same hashes. */
export async function copyModuleFiles(source: ModuleFilesSource, job: Job): Promise<void> {
  const module = `${source.module}@${source.at}`;
  job.say({ phase: "downloading", message: `module ${module}` });
  // A folder with a go.sum, which pins the module itself too.
  const folder = goModuleFolder(source.folder ?? "platform");
  const directory = await moduleDirectory(module, folder, job.run);
  for (const file of source.files) {
    const from = path.join(directory, source.root, file.path);
    const to = path.join(job.into, file.path);
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, to);
    await chmod(to, 0o644);
    if ((await sha256Of(to)) !== file.sha256)
      throw new ToolchainError(`${module}: ${file.path} does not have its pinned SHA-256`);
  }
}
