import { availableParallelism } from "node:os";
import { mkdir, rm } from "node:fs/promises";
import { BuildClock } from "./buildClock";
import {
  cacheRoot,
  entryPath,
  isPresent,
  makeScratch,
  removeTree,
  sweepScratch,
  validate,
} from "./cache";
import { withLock } from "./lock";
import { makeEntry } from "./make";
import { Network, type NetworkOptions } from "./network";
import { pins as allPins } from "./pins";
import { firstSource, freeBytes, goSource, problemsBefore, urlsOf } from "./preconditions";
import type { Run } from "./run";
import {
  type Arch,
  type Say,
  type Source,
  ToolchainError,
  type ToolName,
  type ToolPin,
  type ToolProgress,
} from "./types";

/** Everything beyond the names has a default; most of it is there for tests. */
export interface EnsureOptions {
  readonly cacheDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly pins?: readonly ToolPin[];
  readonly network?: Omit<NetworkOptions, "signal">;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * Makes every named tool available: from the cache, else the official release, else a build. In the
 * order of the pin table, whatever the order of the names, so what is needed first is there first.
 */
export async function ensureTools(
  names: readonly ToolName[],
  onProgress: (progress: ToolProgress) => void,
  options: EnsureOptions = {},
): Promise<void> {
  const cacheDir = options.cacheDir ?? cacheRoot(options.env);
  const wanted = (options.pins ?? allPins).filter((pin) => names.includes(pin.name));
  await mkdir(cacheDir, { recursive: true });
  await sweepScratch(cacheDir);
  const missing: ToolPin[] = [];
  for (const pin of wanted) {
    options.signal?.throwIfAborted();
    onProgress({ tool: pin.name, phase: "checking", message: "looking in the cache" });
    const found = await validate(entryPath(cacheDir, pin), false);
    if (found.ok) onProgress(done(pin, `${found.manifest.version} (cached)`));
    else missing.push(pin);
  }
  if (missing.length > 0) await makeMissing(missing, cacheDir, onProgress, options);
}

const done = (pin: ToolPin, message: string): ToolProgress => ({
  tool: pin.name,
  phase: "done",
  fraction: 1,
  secondsLeft: 0,
  message,
});

async function makeMissing(
  missing: readonly ToolPin[],
  cacheDir: string,
  onProgress: (progress: ToolProgress) => void,
  options: EnsureOptions,
): Promise<void> {
  const scratch = await makeScratch(cacheDir, "run");
  const run: Run = {
    cacheDir,
    arch: architecture(),
    env: options.env ?? process.env,
    signal: options.signal,
    network: new Network({ ...options.network, signal: options.signal }),
    clock: new BuildClock(availableParallelism()),
    scratch,
  };
  try {
    await checkBefore(missing, run, options);
    for (const pin of missing) {
      const say: Say = (progress) => onProgress({ tool: pin.name, ...progress });
      onProgress(done(pin, await ensureOne(pin, run, say)));
    }
  } finally {
    await removeTree(scratch);
  }
}

/** Says everything that would fail later before the first byte is downloaded. */
async function checkBefore(
  missing: readonly ToolPin[],
  run: Run,
  options: EnsureOptions,
): Promise<void> {
  await run.network.probe(
    missing.flatMap((pin) => pin.sources.flatMap((source) => urlsOf(source, run.arch))),
  );
  const madeBy = (...kinds: Source["kind"][]) =>
    missing.filter((pin) => {
      const kind = firstSource(pin, run.arch, run.network)?.kind;
      return kind !== undefined && kinds.includes(kind);
    });
  const work = {
    toBuild: madeBy("go", "moduleFiles"),
    toUnpack: madeBy("debian"),
    fromPypi: madeBy("wheel"),
  };
  const problems = await problemsBefore(work, options.pins ?? allPins, {
    cacheDir: run.cacheDir,
    env: run.env,
    freeBytes: options.freeBytes ?? freeBytes,
  });
  if (problems.length > 0) throw new ToolchainError(problems.join("\n"));
}

/** Under the entry's lock: another clone may have made the tool while this one waited. */
async function ensureOne(pin: ToolPin, run: Run, say: Say): Promise<string> {
  const entry = entryPath(run.cacheDir, pin);
  const onWait = () => say({ phase: "checking", message: "another run is getting it: waiting" });
  return withLock(entry, { signal: run.signal, onWait }, async () => {
    const found = await validate(entry, false);
    if (found.ok && isPresent(entry, pin)) return `${found.manifest.version} (cached)`;
    await rm(entry, { recursive: true, force: true });
    const cost = goSource(pin)?.cost;
    const secondsLeft = cost === undefined ? {} : { secondsLeft: run.clock.expectedSeconds(cost) };
    say({ phase: "checking", message: found.ok ? "incomplete" : found.reason, ...secondsLeft });
    const made = await makeEntry(pin, entry, run, say);
    return `${made.version} (${made.source})`;
  });
}

export function architecture(): Arch {
  if (process.platform === "linux") {
    if (process.arch === "x64") return "amd64";
    if (process.arch === "arm64") return "arm64";
  }
  throw new ToolchainError(
    `The local platform runs on Linux (x64 or arm64), not on ${process.platform} ${process.arch}. ` +
      "Use a Linux machine or a virtual machine (WSL 2 on Windows, Lima on macOS).",
  );
}
