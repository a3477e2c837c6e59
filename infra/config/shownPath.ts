import * as path from "node:path";

/**
 * A path as a person would type it: relative to the working directory, or absolute if that is shorter. Anything but an absolute path stays
 * unchanged. Pure but for the default of `from`.
 * @param from The working directory. Default: the process's own.
 */
export function shownPath(file: string, from: string = process.cwd()): string {
  if (!path.isAbsolute(file)) return file;
  const relative = path.relative(from, file);
  if (relative === "") return ".";
  return relative.startsWith("..") && relative.length >= file.length ? file : relative;
}

/**
 * A text in which paths below the working directory are relative to it: messages of other programs contain absolute ones. URLs stay unchanged.
 * Pure but for the default of `from`.
 * @param from The working directory. Default: the process's own.
 */
export function withShownPaths(text: string, from: string = process.cwd()): string {
  if (from === path.parse(from).root) return text;
  const prefix = `${from}/`.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replaceAll(new RegExp(`(?<![\\w./~-])${prefix}(?=[^\\s/])`, "g"), "");
}
