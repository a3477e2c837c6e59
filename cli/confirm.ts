import * as readline from "node:readline/promises";
import { CommandError } from "../operations/errors";

/**
 * Asks a question that only yes answers.
 * @param without Message if there is no terminal to ask on.
 * @throws CommandError on any other answer, or if there is no terminal.
 */
export async function confirm(question: string, without: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError(without);
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
  } finally {
    terminal.close();
  }
}
