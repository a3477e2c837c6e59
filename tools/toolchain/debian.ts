import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import type { Job } from "./run";
import { type DebianSource, ToolchainError } from "./types";

/**
 * Unpacks a distribution package and its libraries into the entry, without root and without touching
 * the system: apt gets lists and a cache of its own. apt checks the distribution's signatures.
 */
export async function unpackDebian(source: DebianSource, job: Job): Promise<void> {
  const apt = await privateApt(job.scratch);
  const archives = path.join(job.scratch, "archives");
  await mkdir(archives, { recursive: true });
  job.say({ phase: "downloading", fraction: 0.1, message: "reading package lists" });
  await command("apt-get", [...apt, "update"], archives, job);
  const packages = await closure(source.package, apt, archives, job);
  job.say({ phase: "downloading", fraction: 0.6, message: packages.join(", ") });
  await command("apt-get", [...apt, "download", ...packages], archives, job);
  const root = path.join(job.into, "root");
  for (const name of (await readdir(archives)).filter((file) => file.endsWith(".deb")))
    await command("dpkg-deb", ["-x", path.join(archives, name), root], archives, job);
  await writeWrapper(source, root, job);
}

async function privateApt(scratch: string): Promise<string[]> {
  const folder = path.join(scratch, "apt");
  await mkdir(path.join(folder, "lists/partial"), { recursive: true });
  await mkdir(path.join(folder, "cache/archives/partial"), { recursive: true });
  const settings = {
    "Dir::State::lists": path.join(folder, "lists"),
    "Dir::Cache": path.join(folder, "cache"),
    "Debug::NoLocking": "1",
    // Root's apt would hand its downloads to a user that cannot write in this folder.
    "APT::Sandbox::User": "",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "15",
    "Acquire::https::Timeout": "15",
    // A list that cannot be had is an error here, not a warning to be read by nobody.
    "APT::Update::Error-Mode": "any",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

const leftOut = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];

/** The package, the parts it is split into, and the libraries they link: not the base system. */
async function closure(name: string, apt: string[], cwd: string, job: Job): Promise<string[]> {
  const options = ["--recurse", ...leftOut.map((kind) => `--no-${kind}`)];
  const text = await command("apt-cache", [...apt, "depends", ...options, name], cwd, job);
  const all = text.split("\n").filter((line) => /^[a-z0-9]/.test(line));
  return all.filter((found) => found === name || isWanted(found)).sort();
}

/** redis-server's own program is in redis-tools. libc and its loader must be the system's. */
export function isWanted(name: string): boolean {
  if (name === "redis-tools") return true;
  if (/^(libc6|libc-bin|libcrypt1|libgcc-s1|libstdc\+\+6)$/.test(name)) return false;
  return /^lib(atomic|jemalloc|lzf|lua|ssl|systemd|cap2|gcrypt|gpg-error|lz4|lzma|zstd|hiredis)/.test(
    name,
  );
}

async function writeWrapper(source: DebianSource, root: string, job: Job): Promise<void> {
  const libraries = ["lib", "usr/lib"].map((folder) => `"$here/root/${folder}/$triplet"`).join(":");
  const script = `#!/bin/sh
# Runs the unpacked distribution package with the libraries that came with it.
here=$(dirname "$(readlink -f "$0")")
triplet=$(uname -m)-linux-gnu
LD_LIBRARY_PATH=${libraries}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$here/root/usr/bin/${source.executable}" "$@"
`;
  const file = path.join(job.into, job.pin.name);
  await writeFile(file, script);
  await chmod(file, 0o755);
  await chmod(root, 0o755);
}

async function command(file: string, args: string[], cwd: string, job: Job): Promise<string> {
  const result = await runCommand(file, args, {
    cwd,
    env: { ...job.run.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
    signal: job.run.signal,
  });
  if (result.failed) {
    const why = result.stderr.trim().split("\n").slice(-3).join("; ") || result.summary;
    throw new ToolchainError(`${file} ${args.at(-1) ?? ""}: ${why}`);
  }
  return result.stdout;
}
