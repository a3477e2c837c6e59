import * as readline from "node:readline/promises";
import { CommandError } from "../../operations/errors";

/**
 * Asks a person, and goes on only with the answer that was asked for.
 * @throws CommandError on any other answer, or where nobody can be asked.
 */
export async function confirmByTyping(
  question: string,
  wanted: string,
  without: string,
): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError(without);
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} `);
    if (answer.trim().toLowerCase() !== wanted) throw new CommandError("Nothing was changed.");
  } finally {
    terminal.close();
  }
}
