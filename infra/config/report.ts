import type { Diagnostic } from "./types";

/**
 * All mistakes as one text for a person.
 *
 * @param file the configuration's file, as the reader would type it.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], file: string): string {
  const count = diagnostics.length === 1 ? "1 mistake" : `${diagnostics.length} mistakes`;
  const head = `${file} has ${count}. Nothing was changed.`;
  return [head, ...diagnostics.map(formatDiagnostic)].join("\n\n");
}

function formatDiagnostic({ path, value, expected, remedy, line }: Diagnostic): string {
  const where = line === undefined ? path : `line ${line}: ${path}`;
  return [
    `  ${where}`,
    `    found     ${value}`,
    `    expected  ${expected}`,
    `    remedy    ${remedy}`,
  ].join("\n");
}

/** A configuration that cannot be used. The message is the whole report. */
export class ConfigurationError extends Error {
  /** How Pulumi tells a mistake of the user's from a fault of the program: it prints the message and no stack. */
  readonly __pulumiRunError = true;

  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly file: string,
  ) {
    super(formatDiagnostics(diagnostics, file));
    this.name = "ConfigurationError";
  }
}
