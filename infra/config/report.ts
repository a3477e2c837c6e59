import type { Problem } from "./types";

/**
 * All mistakes as one text for a person.
 *
 * @param file the configuration's file, as the reader would type it.
 */
export function formatProblems(problems: readonly Problem[], file: string): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const head = `${file} has ${count}. Nothing was changed.`;
  return [head, ...problems.map(formatProblem)].join("\n\n");
}

function formatProblem({ path, value, expected, mend, line }: Problem): string {
  const where = line === undefined ? path : `line ${line}: ${path}`;
  return [
    `  ${where}`,
    `    found     ${value}`,
    `    expected  ${expected}`,
    `    mend      ${mend}`,
  ].join("\n");
}

/** A configuration that cannot be used. The message is the whole report. */
export class ConfigurationError extends Error {
  /** How Pulumi tells a mistake of the user's from a fault of the program: it prints the message and no stack. */
  readonly __pulumiRunError = true;

  constructor(
    readonly problems: readonly Problem[],
    readonly file: string,
  ) {
    super(formatProblems(problems, file));
    this.name = "ConfigurationError";
  }
}
