import { clipped, sanitize } from "../format";
import type { Reason } from "./model";

/** Longest message of a server that is shown, in characters. */
const longest = 400;

/** One line for each reason: object, regions, the server's sentence, the remedy. Pure. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  return reasons.map(({ object, regions, message, remedy }) => {
    const where = regions === undefined ? "" : ` in ${regions.join(", ")}`;
    const subject = object === undefined ? "" : `${object}${where}: `;
    const sentence = sanitize(clipped(message.replaceAll(/\s+/g, " ").trim(), longest));
    return `${subject}${sentence}${remedy === undefined ? "" : ` → ${remedy}`}`;
  });
}
