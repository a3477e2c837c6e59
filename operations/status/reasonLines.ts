import { sanitize } from "../format";
import type { Reason } from "./model";

/** Characters of a long message that are shown: its beginning, and its end, which has the cause in a chain of errors. */
const shown = { first: 150, last: 250 };

/** One line for each reason: object, regions, the server's sentence, the remedy. Pure. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  return reasons.map(({ object, regions, message, remedy }) => {
    const where = regions === undefined ? "" : ` in ${regions.join(", ")}`;
    const subject = object === undefined ? "" : `${object}${where}: `;
    const sentence = sanitize(shortened(message.replaceAll(/\s+/g, " ").trim()));
    return `${subject}${sentence}${remedy === undefined ? "" : ` → ${remedy}`}`;
  });
}

function shortened(text: string): string {
  const { first, last } = shown;
  if (text.length <= first + last) return text;
  return `${text.slice(0, first)} … ${text.slice(-last)}`;
}
