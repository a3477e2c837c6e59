import { cacheRoot, entryPath, isPresent, usablePath } from "./cachePaths";
import { pins } from "./pins";
import { type ToolGroup, ToolchainError, type ToolName, type ToolPin } from "./types";

/** Every tool that each local platform runs, in the order in which it is made available. */
export const platformTools: readonly ToolName[] = pins
  .filter((pin) => pin.only === undefined)
  .map((pin) => pin.name);

/**
 * Absolute path of a cached tool: its executable, or the folder of a bundle of files. Cheap and synchronous: ensureTools has
 * checked the contents, and this only returns the path.
 */
export function toolPath(
  name: ToolName,
  options: { cacheDir?: string; pins?: readonly ToolPin[] } = {},
): string {
  const root = options.cacheDir ?? cacheRoot();
  const pin = (options.pins ?? pins).find((candidate) => candidate.name === name);
  const entry = pin && entryPath(root, pin);
  if (!pin || !entry || !isPresent(entry, pin))
    throw new ToolchainError(
      `${name} is not in the tool cache (${root}). Run \`${gotBy(pin)}\`, which gets it, or ` +
        "`npx meridian doctor` to see what is in the way.",
    );
  return usablePath(entry, pin);
}

const gotBy = (pin: ToolPin | undefined): string =>
  pin?.only === undefined ? "npx meridian up local" : getters[pin.only];

const getters: Readonly<Record<ToolGroup, string>> = {
  bench: "npx meridian bench",
  check: "npm run check",
  component: "npx meridian up local",
  env: "npx meridian env",
};
