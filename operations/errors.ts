import { formatDiagnostics } from "../infra/config/report";
import type { Diagnostic } from "../infra/config/types";

/** A failure whose message names the cause and the remedy. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    message: string,
    /** The mistakes that the message lists. Default: none. */
    readonly diagnostics: readonly Diagnostic[] = [],
    /** The message of a `--json` document, if the message for a person is a table. Default: the message. */
    readonly summary?: string,
  ) {
    super(message);
  }
}

/**
 * A command line of a wrong form: a value that no environment accepts, or options that exclude each other. The command exits with 2. A name
 * of the right form that does not exist is a `CommandError`.
 */
export class UsageError extends CommandError {}

/** The failure of a command whose input has mistakes. @param file As the reader would type it. */
export function diagnosticsError(diagnostics: readonly Diagnostic[], file: string): CommandError {
  return new CommandError(formatDiagnostics(diagnostics, file), diagnostics);
}

/** Classes of other rooms with such a message, by name: importing them would load libraries that most commands do not need. */
const expected = ["ConfigurationError", "ToolchainError"];

/**
 * Errors with a message for the user. Any other error is unexpected: its stack goes to a file. Pulumi's Automation API also has a
 * class named CommandError, whose message is the transcript of a run.
 */
export function isExpected(error: unknown): error is Error {
  if (error instanceof CommandError) return true;
  return error instanceof Error && expected.includes(error.name);
}
