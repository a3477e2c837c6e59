import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { Path } from "../../infra/config/rawDiagnostic";
import { shownPath } from "../../infra/config/shownPath";
import type { Diagnostic } from "../../infra/config/types";
import { checkFlagFile, formatFlagFile } from "../../infra/components/rollouts/flagFile";
import type { FlagFile } from "../../infra/components/rollouts/flags";
import { CommandError, diagnosticsError } from "../errors";

/** The result of reading a flag file: its content, or every mistake in it. */
export type FlagFileRead =
  | { readonly ok: true; readonly text: string; readonly file: FlagFile }
  | { readonly ok: false; readonly missing: boolean; readonly diagnostics: readonly Diagnostic[] };

/** Reads and checks a flag file. Never throws. */
export async function readFlagFile(file: string): Promise<FlagFileRead> {
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    const missing = code === "ENOENT";
    const value = missing ? "(missing)" : `unreadable: ${code}`;
    const remedy = "`npx meridian flag create <flag>` makes it with its first flag.";
    const expected = "a flag file in LaunchDarkly's format";
    return { ok: false, missing, diagnostics: [{ path: "(file)", value, expected, remedy }] };
  }
  const json = parsed(text);
  if ("diagnostic" in json) return { ok: false, missing: false, diagnostics: [json.diagnostic] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (at: Path) => lineIn(document, lines, at);
  const diagnostics = [...doubledKeys(document), ...checkFlagFile(json.value, lineOf)];
  if (diagnostics.length > 0) return { ok: false, missing: false, diagnostics };
  return { ok: true, text, file: json.value as FlagFile };
}

/** @throws CommandError with every mistake. */
export async function requireFlagFile(file: string): Promise<FlagFile> {
  const read = await readFlagFile(file);
  if (read.ok) return read.file;
  throw diagnosticsError(read.diagnostics, shownPath(file));
}

/** Options of an edit; the defaults are for production use. */
export interface EditOptions {
  /** Maximum wait for another command's edit, in milliseconds. Default: 20 s, longer than the lock of a killed command lasts. */
  readonly patienceMs?: number;
  /** Called when the new file is written, before it replaces the old one. For tests. */
  readonly beforeReplace?: () => Promise<void> | void;
}

/**
 * Edits the current content of a flag file. The new file replaces the old one atomically, one command at a time, with the same
 * mode. If nothing changes, nothing is written.
 *
 * @param edit receives a missing file as one without flags.
 * @throws CommandError if the file has mistakes or would have any, cannot be written, or stays locked; the file is then
 * unchanged.
 */
export async function editFlagFile(
  file: string,
  edit: (file: FlagFile, missing: boolean) => FlagFile,
  options: EditOptions = {},
): Promise<void> {
  // Keep a symbolic link: replace its target.
  const target = await fs.realpath(file).catch(() => file);
  await withLock(target, options.patienceMs ?? 20_000, async (held) => {
    while (!(await attempt(target, edit, held, options)));
  });
}

/**
 * @returns false if another process without the lock, such as an editor, has written the file meanwhile: the caller repeats the
 * edit.
 */
async function attempt(
  target: string,
  edit: (file: FlagFile, missing: boolean) => FlagFile,
  held: () => boolean,
  { beforeReplace }: EditOptions,
): Promise<boolean> {
  const read = await readFlagFile(target);
  if (!read.ok && !read.missing) throw diagnosticsError(read.diagnostics, shownPath(target));
  const before: FlagFile = read.ok ? read.file : { flags: {}, segments: {} };
  const after = edit(before, !read.ok);
  if (after === before) return true;
  const diagnostics = checkFlagFile(after);
  if (diagnostics.length > 0) throw diagnosticsError(diagnostics, shownPath(target));
  const mode = read.ok ? await writableMode(target) : 0o644;
  const fresh = path.join(path.dirname(target), `.${path.basename(target)}.tmp`);
  try {
    await writeSafely(fresh, formatFlagFile(after), mode);
    await beforeReplace?.();
    const now = await readFlagFile(target);
    if (now.ok !== read.ok || (now.ok && read.ok && now.text !== read.text)) return false;
    if (!held()) throw new CommandError(`${shownPath(target)}: its lock was lost. Run it again.`);
    await fs.rename(fresh, target);
  } catch (error) {
    await fs.rm(fresh, { force: true });
    throw inWords(error, target);
  }
  await syncFolder(path.dirname(target));
  return true;
}

/** Flushes the file to disk before the rename: otherwise a power cut could leave an empty file under the final name. */
async function writeSafely(file: string, text: string, mode: number): Promise<void> {
  const handle = await fs.open(file, "w", mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename would ignore that the file is read-only. */
async function writableMode(file: string): Promise<number> {
  const mode = (await fs.stat(file)).mode & 0o7777;
  const writable = await fs.access(file, constants.W_OK).then(
    () => (mode & 0o222) !== 0,
    () => false,
  );
  if (writable) return mode;
  throw new CommandError(
    `${shownPath(file)} is read-only. Nothing was changed. \`chmod u+w ${shownPath(file)}\` lets it be edited.`,
  );
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Milliseconds after which a holder that has not refreshed its lock counts as dead. */
const staleMs = 5000;

async function withLock(
  file: string,
  patienceMs: number,
  work: (held: () => boolean) => Promise<void>,
): Promise<void> {
  const end = performance.now() + patienceMs;
  let held = true;
  let release: (() => Promise<void>) | undefined;
  while (release === undefined) {
    try {
      release = await lock(file, {
        realpath: false,
        stale: staleMs,
        update: staleMs / 4,
        onCompromised: () => void (held = false),
      });
    } catch (error) {
      if (codeOf(error) !== "ELOCKED") throw inWords(error, file);
      if (performance.now() > end)
        throw new CommandError(
          `${shownPath(file)} is being edited by another command. Run this again.`,
        );
      await sleep(50);
    }
  }
  try {
    await work(() => held);
  } finally {
    await release().catch(() => undefined);
  }
}

function inWords(error: unknown, file: string): unknown {
  const code = codeOf(error);
  const folder = shownPath(path.dirname(file));
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new CommandError(
        `${folder} cannot be written (${code}), and a flag file is replaced whole. Nothing was changed.`,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new CommandError(`There is no room left in ${folder}. Nothing was changed.`);
    case "ENOENT":
      return new CommandError(`${folder} does not exist.`);
    default:
      return error;
  }
}

function parsed(text: string): { readonly value: unknown } | { readonly diagnostic: Diagnostic } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const lines = new LineCounter();
    const [error] = parseDocument(text, { lineCounter: lines }).errors;
    const line = error?.linePos?.[0].line ?? text.split("\n").length;
    const value = text.trim() === "" ? "an empty file" : "a text that is not JSON";
    const remedy = "Correct the line, or the one before it; `git diff` shows what was changed.";
    return { diagnostic: { path: "(file)", value, expected: "JSON", remedy, line } };
  }
}

/** JSON silently uses the last of two equal keys: an edit would lose the first. */
function doubledKeys(document: Document): Diagnostic[] {
  return document.errors
    .filter(({ code }) => code === "DUPLICATE_KEY")
    .map(({ linePos }) => ({
      path: "(file)",
      value: "a key that is there twice",
      expected: "each key once",
      remedy: "Take one of the two out.",
      ...(linePos && { line: linePos[0].line }),
    }));
}

/** The line of a path, or of its nearest ancestor in the file. */
function lineIn(document: Document, lines: LineCounter, at: Path): number | undefined {
  for (let length = at.length; length > 0; length--) {
    const node: unknown = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
