import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../infra/providers/local/instance";

/** Shells with a completion script. */
export const shells = ["bash", "zsh", "fish"] as const;

/** A shell with a completion script. */
export type Shell = (typeof shells)[number];

/**
 * A shell's completion script. It only passes the words on to `meridian __complete`, and never through `eval`, as a word may
 * contain `$(…)`.
 *
 * @bomb.sh/tab (0.0.22), the maintained library that reads commander's commands, evaluates the words, needs the package
 * bash-completion, and cannot complete one value by another, such as a region by its environment.
 *
 * @param file The command's file. An absolute path works from any folder, and without the time that `npx` takes to find it.
 */
export function completionScript(shell: Shell, file: string): string {
  const script = fs.readFileSync(
    path.join(repositoryRoot, "cli/completion", `meridian.${shell}`),
    "utf8",
  );
  return script.trimEnd().replaceAll("MERIDIAN_FILE", () => quoted(shell, file));
}

/** A word in single quotes. In those of fish, a backslash is special. */
function quoted(shell: Shell, text: string): string {
  const escaped = shell === "fish" ? text.replaceAll("\\", "\\\\") : text;
  return `'${escaped.replaceAll("'", `'\\''`)}'`;
}
