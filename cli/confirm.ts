import * as readline from "node:readline/promises";
import { CommandError } from "../operations/errors";
import { printsDocument } from "./documents/output";

/** Whether there is a terminal to ask on. A command with `--json` never asks. */
export function canAsk(): boolean {
  return process.stdin.isTTY && !printsDocument();
}

/**
 * Asks a question that only yes answers.
 * @param without Message if there is no terminal to ask on.
 * @throws CommandError on any other answer, or if there is no terminal.
 */
export async function confirm(question: string, without: string): Promise<void> {
  if (!canAsk()) throw new CommandError(without);
  const answer = await answerTo(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
}

/**
 * Asks on standard error: standard output may be a result for a program.
 * @throws CommandError if the question is interrupted (Ctrl-C, Ctrl-D, SIGTERM).
 */
export async function answerTo(question: string): Promise<string> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGTERM", interrupt);
  try {
    return await terminal.question(question, { signal: stop.signal });
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    process.stderr.write("\n");
    throw new CommandError("Nothing was changed.");
  } finally {
    process.removeListener("SIGTERM", interrupt);
    terminal.close();
  }
}
