import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { BuildOptions } from "esbuild";
import { repositoryRoot } from "./instance";

/** Services of the same program share one bundle, which takes some tenths of a second to build. */
const bundled = new Map<string, Promise<string>>();

/**
 * One of the platform's own services as one JavaScript file, as in its image. It starts in a third to a fifth of the CPU time of
 * its sources, and holds no compiler in memory.
 * @param name Its folder below `services`.
 */
export function programOf(name: string): Promise<string> {
  const known = bundled.get(name) ?? bundle(name);
  bundled.set(name, known);
  return known;
}

function optionsOf(name: string, root: string) {
  return {
    entryPoints: [path.join(root, "services", name, "main.ts")],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "silent",
  } as const satisfies BuildOptions;
}

async function bundle(name: string): Promise<string> {
  // Imported here, because every command loads this file, and few commands bundle.
  const { build } = await import("esbuild");
  const { outputFiles } = await build(optionsOf(name, repositoryRoot));
  return outputFiles.map(({ text }) => text).join("\n");
}

const hashes = new Map<string, Promise<string>>();

/** As `hashProgram`, for this repository, once per process. */
export function programHash(name: string): Promise<string> {
  const known = hashes.get(name) ?? hashProgram(name, repositoryRoot);
  hashes.set(name, known);
  return known;
}

/**
 * A hash that changes when the program of a service has changed: its own code, its imports, or a package that it uses. Comments,
 * types and files that it does not import do not change it. Takes some 40 ms for a service, in esbuild's process.
 * @param name Its folder below `services`.
 * @param root The repository.
 */
export async function hashProgram(name: string, root: string): Promise<string> {
  // Imported here for the same reason. Packages are hashed by version: reading them takes ten times as long.
  const { build } = await import("esbuild");
  const options = { ...optionsOf(name, root), packages: "external", metafile: true } as const;
  const { outputFiles, metafile } = await build(options);
  const hash = createHash("sha256");
  for (const { text } of outputFiles) hash.update(text);
  const packages = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external === true)
    .map((imported) => packageOf(imported.path));
  for (const version of versionsOf(packages, root)) hash.update(`${version}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** The package of an import such as "@scope/name/folder". */
function packageOf(imported: string): string {
  return imported.split("/", imported.startsWith("@") ? 2 : 1).join("/");
}

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages with all their dependencies, as "name@version", sorted. Node's built-in modules are excluded. */
function versionsOf(names: readonly string[], root: string): string[] {
  const file = path.join(root, "package-lock.json");
  const lock = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const found = new Set<string>();
  const add = (from: string, name: string): void => {
    const place = placeOf(lock.packages, from, name);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    for (const below of Object.keys(lock.packages[place]?.dependencies ?? {})) add(place, below);
  };
  names.forEach((name) => add("", name));
  return [...found].map((place) => `${place}@${lock.packages[place]?.version}`).sort();
}

/** Location of a package that another package's folder imports: the nearest one upwards, as Node resolves it. */
function placeOf(
  packages: Readonly<Record<string, LockedPackage>>,
  from: string,
  name: string,
): string | undefined {
  const parts = from === "" ? [] : from.split("/node_modules/");
  for (let depth = parts.length; depth >= 0; depth--) {
    const folder = parts.slice(0, depth).join("/node_modules/");
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
  }
  return undefined;
}
