import * as path from "node:path";
import type { Command } from "commander";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { candidates } from "./candidates";
import { completionScript, type Shell } from "./scripts";
import { knownValues } from "./values";

/** Prints a shell's completion script. */
export function completion(shell: Shell): Promise<number> {
  console.log(completionScript(shell, path.join(repositoryRoot, "cli/bin/meridian.js")));
  return Promise.resolve(0);
}

/** Prints the candidates for the last word, one a line: the word, a tab, its description. Prints no errors. */
export function complete(program: Command, words: readonly string[]): Promise<number> {
  try {
    for (const { value, description } of candidates(program, words, knownValues))
      console.log(`${value}\t${description}`);
  } catch {
    // A shell that completes has no place for a message.
  }
  return Promise.resolve(0);
}
