/** A failure whose message names the cause and the remedy; it is shown without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

const expected = ["CommandError", "ConfigurationError", "ToolchainError"];

/** Errors with a message for the user; any other error is a bug and shows its stack. */
export function isExpected(error: unknown): error is Error {
  return error instanceof Error && expected.includes(error.name);
}
