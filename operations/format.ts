/** Maximum length of a printed value. */
const longest = 60;

/** A value for a line of text: truncated, on one line, and without control characters for a terminal or browser. */
export function truncate(value: unknown): string {
  if (value === undefined) return "none";
  const text = typeof value === "string" && isPlain(value) ? value : JSON.stringify(value);
  return sanitize(clipped(text, longest));
}

/** The text, truncated. */
export function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function isPlain(text: string): boolean {
  return text !== "" && text.trim() === text && !/[\n\r\t"]/.test(text);
}

/** The text with control and bidirectional characters escaped. Newlines stay. */
export function sanitize(text: string): string {
  return text.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The option by which a command names an environment, with a leading space; empty for the default. */
export function environmentOption(environment: string): string {
  return environment === "local" ? "" : ` -e ${environment}`;
}

/** The short form of a commit hash. */
export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}

/** "1 object", "9 objects". */
export function pluralize(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A readable duration. */
export function formatDuration(ms: number): string {
  const total = ms / 1000;
  return total < 10
    ? `${total.toFixed(1)} s`
    : total < 90
      ? `${total.toFixed(0)} s`
      : minutes(total);
}

function minutes(total: number): string {
  return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}
