import { access, constants, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import type { Job } from "./run";
import { type InstalledSource, ToolchainError } from "./types";

/**
 * Links a program of this machine into the entry, if it is new enough.
 * @returns its version.
 * @throws ToolchainError with the version found if it is missing or older.
 */
export async function linkInstalled(source: InstalledSource, job: Job): Promise<string> {
  const { env, signal } = job.run;
  const found: string[] = [];
  for (const file of candidates(source, env)) {
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!executable) continue;
    const result = await runCommand(file, source.args, { env, signal, timeoutMs: 20_000 });
    const [, version] = new RegExp(source.pattern).exec(result.stdout + result.stderr) ?? [];
    found.push(`${file} is version ${version ?? "unknown"}`);
    if (version === undefined || majorOf(version) < source.least) continue;
    await symlink(file, path.join(job.into, job.pin.name));
    // The cache considers an entry without a file incomplete.
    await writeFile(path.join(job.into, "installed"), `${file}\n`);
    return version;
  }
  const seen = found.length > 0 ? `: ${found.join(", ")}` : "";
  const also = source.home === undefined ? "" : `, or set ${source.home} to its folder`;
  throw new ToolchainError(
    `no ${job.pin.name} ${source.least} or later is installed${seen}. Install it${also}`,
  );
}

function candidates({ home, program }: InstalledSource, env: NodeJS.ProcessEnv): string[] {
  const folder = home === undefined ? undefined : env[home];
  return [
    ...(folder ? [path.join(folder, "bin", program)] : []),
    ...(env["PATH"] ?? "").split(":").map((entry) => path.join(entry, program)),
  ].filter((file) => path.isAbsolute(file));
}

const majorOf = (version: string): number => Number.parseInt(version, 10);
