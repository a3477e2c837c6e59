import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import type { Job } from "./run";
import { type DebianSource, ToolchainError } from "./types";

/**
 * Unpacks a distribution package and its libraries into the entry, without root and without changes to the system: apt uses
 * private lists and a private cache. apt checks the distribution's signatures.
 * @returns the distribution's version of the package.
 */
export async function unpackDebian(source: DebianSource, job: Job): Promise<string> {
  const archives = path.join(job.scratch, "archives");
  await mkdir(archives, { recursive: true });
  const apt = await privateApt(job);
  const packages = await closure([source.package, ...(source.plugins ?? [])], apt, job);
  job.say({ phase: "downloading", fraction: 0.6, message: packages.join(", ") });
  await command("apt-get", [...apt, "download", ...packages], archives, job);
  const root = path.join(job.into, "root");
  let version: string | undefined;
  for (const name of (await readdir(archives)).filter((file) => file.endsWith(".deb"))) {
    const archive = path.join(archives, name);
    await command("dpkg-deb", ["-x", archive, root], archives, job);
    if (name.startsWith(`${source.package}_`))
      version = await command("dpkg-deb", ["-f", archive, "Version"], archives, job);
  }
  await relink(root);
  await writeWrapper(source, root, job);
  return upstreamVersion(version ?? "");
}

/**
 * Unpacks one package, without what it depends on. The same checks and private folders as for a tool.
 * @param into existing folder.
 */
export async function unpackPackage(name: string, into: string, job: Job): Promise<void> {
  const archives = path.join(job.scratch, `archive-${name}`);
  await mkdir(archives, { recursive: true });
  await command("apt-get", [...(await privateApt(job)), "download", name], archives, job);
  for (const file of await readdir(archives))
    await command("dpkg-deb", ["-x", path.join(archives, file), into], archives, job);
}

/** Links of a package that name files of the system by absolute path: those that were unpacked too become relative. */
async function relink(root: string): Promise<void> {
  const items = await readdir(root, { recursive: true, withFileTypes: true });
  for (const item of items.filter((one) => one.isSymbolicLink())) {
    const link = path.join(item.parentPath, item.name);
    const target = await readlink(link);
    if (!path.isAbsolute(target) || !existsSync(path.join(root, target))) continue;
    await rm(link);
    await symlink(path.relative(item.parentPath, path.join(root, target)), link);
  }
}

/** The version without the distribution's epoch and revision. */
export function upstreamVersion(version: string): string {
  const found = /^(?:\d+:)?(\d[0-9.]*)/.exec(version)?.[1];
  if (found === undefined) throw new ToolchainError(`"${version}" is no version of a package`);
  return found;
}

/** Options for apt with private folders. The lists are downloaded once, for all packages of the run. */
async function privateApt(job: Job): Promise<string[]> {
  const folder = path.join(job.run.scratch, "apt");
  const settings = {
    "Dir::State::lists": path.join(folder, "lists"),
    "Dir::Cache": path.join(folder, "cache"),
    "Debug::NoLocking": "1",
    // Root's apt would give its downloads to a user that cannot write in this folder.
    "APT::Sandbox::User": "",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "15",
    "Acquire::https::Timeout": "15",
    // A list that cannot be downloaded is an error here, not an unread warning.
    "APT::Update::Error-Mode": "any",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const complete = path.join(folder, "complete");
  if (existsSync(complete)) return options;
  await mkdir(path.join(folder, "lists/partial"), { recursive: true });
  await mkdir(path.join(folder, "cache/archives/partial"), { recursive: true });
  job.say({ phase: "downloading", fraction: 0.1, message: "reading package lists" });
  await command("apt-get", [...options, "update"], folder, job);
  await writeFile(complete, "");
  return options;
}

const leftOut = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];

async function closure(names: readonly string[], apt: string[], job: Job): Promise<string[]> {
  const options = ["--recurse", ...leftOut.map((kind) => `--no-${kind}`)];
  const args = [...apt, "depends", ...options, ...names];
  return takenOf(names, await command("apt-cache", args, job.scratch, job));
}

/**
 * The packages, the parts they are split into, and the libraries that those link, recursively; without packages that only set
 * up a system. Of alternatives, the first existing one.
 * @param listing output of `apt-cache depends --recurse` for them.
 */
export function takenOf(names: readonly string[], listing: string): string[] {
  const needs = new Map<string, string[]>();
  let current: string[] = [];
  let settled = false;
  for (const line of listing.split("\n")) {
    if (/^[a-z0-9]/.test(line)) needs.set(line, (current = []));
    const [, more, name = ""] = /^ ([ |])(?:Pre)?Depends: (\S+)$/.exec(line) ?? [];
    if (more === undefined) continue;
    // A name in angle brackets has no package.
    const exists = !name.startsWith("<");
    if (exists && !settled) current.push(name);
    settled = more === "|" && (settled || exists);
  }
  const taken = new Set(names);
  for (const name of taken)
    for (const need of needs.get(name) ?? []) if (isPart(need)) taken.add(need);
  return [...taken].sort();
}

/** redis-server's own program is in redis-tools. libc, its loader and the compiler libraries must be the system's. */
function isPart(name: string): boolean {
  if (name === "redis-tools") return true;
  return /^(lib|zlib)/.test(name) && !/^(libc6|libcrypt1|libgcc-s1|libstdc\+\+6)$/.test(name);
}

async function writeWrapper(source: DebianSource, root: string, job: Job): Promise<void> {
  const given = source.folder?.replace("$arch", job.run.arch);
  const folder = (given === undefined ? ["usr/bin", "usr/sbin"] : [given]).find((candidate) =>
    existsSync(path.join(root, candidate, source.executable)),
  );
  if (folder === undefined)
    throw new ToolchainError(`package ${source.package} has no ${source.executable}`);
  const prefix = (source.prefix ?? []).map((argument) => ` "${argument}"`).join("");
  const script = `#!/bin/sh
# Runs the unpacked distribution package with the libraries that came with it.
here=$(dirname "$(readlink -f "$0")")
triplet=$(uname -m)-linux-gnu
lib="$here/root/usr/lib/$triplet"
LD_LIBRARY_PATH="$here/root/lib/$triplet:$lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/root/${folder}/${source.executable}"${prefix} "$@"
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
