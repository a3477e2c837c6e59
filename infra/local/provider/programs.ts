import * as path from "node:path";
import { repositoryRoot } from "../instance";

/** Two services of a kind share one bundling, which takes some tenths of a second. */
const bundled = new Map<string, Promise<string>>();

/**
 * One of the platform's own services as one file of JavaScript, as its image has it: it starts in a third to a fifth of the
 * processor time that its sources take, and keeps no compiler in memory.
 * @param name Its folder below `services`.
 */
export function programOf(name: string): Promise<string> {
  const known = bundled.get(name) ?? bundle(name);
  bundled.set(name, known);
  return known;
}

async function bundle(name: string): Promise<string> {
  // Not on top: every command loads this file, and few bundle.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(repositoryRoot, "services", name, "main.ts")],
    absWorkingDir: repositoryRoot,
    bundle: true,
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("\n");
}
