import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { goModuleFolder } from "./cachePaths";
import { runCommand } from "./command";
import { moduleDirectory } from "./go";
import { type ModuleCopy, type ModuleEdit, moduleCopies, toolEdits } from "./moduleCopies";
import type { GoRun } from "./run";
import { type GoFolder, ToolchainError } from "./types";

/**
 * Makes a private copy of a module folder, with the modules that its go.mod replaces by folders. The copy leaves the clone
 * unchanged, and separates clones that build at the same time.
 */
export async function prepareModule(folder: GoFolder, into: string, run: GoRun): Promise<void> {
  await cp(goModuleFolder(folder), into, { recursive: true });
  for (const copy of moduleCopies[folder] ?? []) await copyModule(copy, into, run);
  for (const edit of toolEdits.filter((one) => one.folder === folder))
    await applyEdit(edit, path.join(into, edit.into), edit.into);
}

async function copyModule(copy: ModuleCopy, into: string, run: GoRun): Promise<void> {
  const name = `${copy.module}@${copy.version}`;
  const from = await moduleDirectory(name, into, run);
  const target = path.join(into, copy.into);
  for (const item of copy.only ?? ["."])
    await copyTree(path.join(from, item), path.join(target, item), run);
  for (const [file, to] of copy.embeds ?? [])
    await copyTree(path.join(from, file), path.join(into, to), run);
  for (const edit of copy.edits ?? []) await applyEdit(edit, target, name);
}

/** The module cache is read-only, but copies must be writable and removable. */
async function copyTree(from: string, to: string, { env, signal }: GoRun): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  for (const [command, ...args] of [
    ["cp", "-R", from, to],
    ["chmod", "-R", "u+w", to],
  ] as const) {
    const result = await runCommand(command, args, { env, signal });
    if (result.failed) throw new ToolchainError(`${command}: ${result.stderr || result.summary}`);
  }
}

/** Edits one file, or fails if the file does not match the edit. */
export async function applyEdit(edit: ModuleEdit, folder: string, module: string): Promise<void> {
  const file = path.join(folder, edit.file);
  const text = await readFile(file, "utf8");
  const pattern = new RegExp(edit.pattern, "g");
  const matches = [...text.matchAll(pattern)].length;
  if (matches !== edit.matches)
    throw new ToolchainError(
      `${module}: ${edit.file} has ${matches} places like /${edit.pattern}/, and ${edit.matches} were ` +
        "expected: adapt toolchain/moduleCopies.ts to this release",
    );
  await writeFile(
    file,
    text.replace(pattern, () => edit.replacement),
  );
}
