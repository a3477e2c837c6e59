/** A failure whose message tells a person what is wrong and what to do; it is shown without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
