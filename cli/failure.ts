import * as fs from "node:fs";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { shownPath, withShownPaths } from "../infra/config/shownPath";
import { isExpected } from "../operations/errors";
import { cacheRoot } from "../toolchain/cachePaths";
import { withSourcePlaces } from "./sourcePlaces";

/** Number of reports of unexpected errors that are kept. */
const keptReports = 20;

/**
 * The text for a failed command. An unexpected error's stack goes to a file that only its owner can read, and never to the terminal.
 * @param folder Folder of these files. Default: `errors` beside the tool cache.
 */
export function failureText(
  error: unknown,
  folder: string = path.join(path.dirname(cacheRoot()), "errors"),
): string {
  if (isExpected(error)) return withShownPaths(error.message);
  return `${summaryOf(error)}\n${detailsText(folder, error)}`;
}

function summaryOf(error: unknown): string {
  const engine = engineErrors(error);
  if (engine !== undefined)
    return `The engine failed${engine === "" ? "." : `:\n${withShownPaths(engine)}`}\nFix the cause and run the same command again: it resumes from here.`;
  const { code = "", path: file = "" } = (error ?? {}) as NodeJS.ErrnoException;
  const remedy = remedies[code];
  if (remedy !== undefined) return `${remedy(file)} Then run the same command again.`;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected error, a fault of Meridian: ${withShownPaths(message).slice(0, 1000)}`;
}

/** Conditions of the machine that any command may meet. */
const remedies: Readonly<Record<string, (file: string) => string>> = {
  ENOSPC: (file) => `The disk is full${at(file)}. Free some space.`,
  EDQUOT: (file) => `The disk quota is used up${at(file)}. Free some space.`,
  EROFS: (file) => `The file system is read-only${at(file)}. Make it writable.`,
  EACCES: (file) => `Access is denied${at(file)}. Give this user access to it.`,
  EMFILE: () => "Too many files are open. Raise the limit (`ulimit -n`).",
  ECONNREFUSED: () =>
    "A server of the platform refused the connection. `npx meridian status` shows which.",
  ENOTFOUND: () => "A host name does not resolve. Check the network.",
  ETIMEDOUT: () => "A server did not answer in time. Check the network.",
  ENOMEM: () => "The machine is out of memory. Stop other programs.",
};

function at(file: string): string {
  return file === "" ? "" : ` (${shownPath(file)})`;
}

/** The lines of a failed run of Pulumi's CLI that report an error; undefined if the error is not from there. */
function engineErrors(error: unknown): string | undefined {
  const { commandResult } = (error ?? {}) as { commandResult?: { stderr?: string } };
  if (commandResult === undefined) return undefined;
  const lines = stripVTControlCharacters(commandResult.stderr ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("error:"));
  return [...new Set(errors.length > 0 ? errors : lines)]
    .slice(0, 10)
    .map((line) => `  ${line}`)
    .join("\n");
}

function detailsText(folder: string, error: unknown): string {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}.log`;
    const file = path.join(folder, name);
    const text = [process.argv.slice(2).join(" "), stackOf(error), ""].join("\n");
    fs.writeFileSync(file, text, { mode: 0o600 });
    for (const old of fs.readdirSync(folder).sort().slice(0, -keptReports))
      fs.rmSync(path.join(folder, old), { force: true });
    return `Details for a report: ${shownPath(file)}`;
  } catch {
    return "Its details could not be written to a file.";
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${stackOf(error.cause)}`;
  return `${withSourcePlaces(error.stack ?? error.message)}${cause}`;
}
