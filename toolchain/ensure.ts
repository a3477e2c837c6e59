import { availableParallelism } from "node:os";
import { mkdir, rm } from "node:fs/promises";
import { BuildClock } from "./buildClock";
import { makeScratch, removeTree, sweepScratch, validate } from "./cache";
import { cacheRoot, entryPath, isPresent } from "./cachePaths";
import { withLock } from "./lock";
import { makeEntry } from "./make";
import { Network, type NetworkOptions } from "./network";
import { pins as allPins } from "./pins";
import { firstSource, freeBytes, goSource, diagnosticsBefore, urlsOf } from "./preconditions";
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

/** Options with defaults; most exist for tests. */
export interface EnsureOptions {
  readonly cacheDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly pins?: readonly ToolPin[];
  readonly network?: Omit<NetworkOptions, "signal">;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * Makes every named tool available: from the cache, else the official release, else a build. It follows the order of the pin
 * table, whatever the order of the names, so that tools needed first are available first.
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
    // An installed program may have been removed since.
    if (found.ok && isPresent(entryPath(cacheDir, pin), pin))
      onProgress(done(pin, `${found.manifest.version} (cached)`));
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
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const run: Omit<Run, "toBuild"> = {
    cacheDir,
    arch: architecture(),
    env: options.env ?? process.env,
    signal,
    network: new Network({ ...options.network, signal }),
    clock: new BuildClock(availableParallelism()),
    scratch,
    report: onProgress,
    modules: new Map(),
  };
  try {
    const sources = await checkBefore(missing, run, options);
    const lanes = inLanes(missing, sources);
    const toBuild = lanes.build.flatMap((pin) => goSource(pin) ?? []);
    // Downloads do not wait for builds. The first failure ends both.
    await Promise.all(
      [lanes.build, lanes.fetch].map((pins) =>
        makeInOrder(pins, { ...run, toBuild }).catch((error: unknown) => {
          stop.abort(error);
          throw error;
        }),
      ),
    );
  } finally {
    await removeTree(scratch);
  }
}

interface Lanes {
  readonly build: readonly ToolPin[];
  readonly fetch: readonly ToolPin[];
}

function inLanes(missing: readonly ToolPin[], sources: ReadonlyMap<ToolPin, Source>): Lanes {
  const isBuilt = (pin: ToolPin) => sources.get(pin)?.kind === "go";
  return {
    build: missing.filter(isBuilt),
    fetch: missing.filter((pin) => !isBuilt(pin)),
  };
}

async function makeInOrder(pins: readonly ToolPin[], run: Run): Promise<void> {
  for (const pin of pins) {
    const say: Say = (progress) => run.report({ tool: pin.name, ...progress });
    run.report(done(pin, await ensureOne(pin, run, say)));
  }
}

/**
 * Reports everything that would fail later, before the first byte is downloaded.
 *
 * @returns the first source to try for each tool.
 */
async function checkBefore(
  missing: readonly ToolPin[],
  run: Omit<Run, "toBuild">,
  options: EnsureOptions,
): Promise<Map<ToolPin, Source>> {
  await run.network.probe(
    missing.flatMap((pin) => pin.sources.flatMap((source) => urlsOf(source, run.arch))),
  );
  const sources = new Map<ToolPin, Source>();
  for (const pin of missing) {
    const first = firstSource(pin, run.arch, run.network);
    if (first) sources.set(pin, first);
  }
  const madeBy = (...kinds: Source["kind"][]) =>
    missing.filter((pin) => kinds.some((kind) => kind === sources.get(pin)?.kind));
  const work = {
    toBuild: madeBy("go", "moduleFiles"),
    toUnpack: madeBy("debian"),
    fromPypi: madeBy("wheel"),
  };
  const diagnostics = await diagnosticsBefore(work, options.pins ?? allPins, {
    cacheDir: run.cacheDir,
    env: run.env,
    freeBytes: options.freeBytes ?? freeBytes,
  });
  if (diagnostics.length > 0) throw new ToolchainError(diagnostics.join("\n"));
  return sources;
}

/** Holds the entry's lock: another clone may have made the tool while this one waited. */
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
