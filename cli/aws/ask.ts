import { answerTo, canAsk } from "../confirm";
import { CommandError } from "../../operations/errors";

/**
 * Prompts the user, and returns only if the answer is the expected one.
 * @throws CommandError on any other answer, or if there is no terminal.
 */
export async function confirmByTyping(
  question: string,
  wanted: string,
  without: string,
): Promise<void> {
  if (!canAsk()) throw new CommandError(without);
  const answer = await answerTo(`${question} `);
  if (answer.trim().toLowerCase() !== wanted) throw new CommandError("Nothing was changed.");
}
