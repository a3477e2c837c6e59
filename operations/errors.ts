/** A failure whose message tells a person what is wrong and what to do; it is shown without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

const expected = ["CommandError", "ConfigurationError", "ToolchainError"];

/** Errors whose message is made for a person; any other is a mistake of ours and shows its stack. */
export function isExpected(error: unknown): error is Error {
  return error instanceof Error && expected.includes(error.name);
}
