import { shownPath } from "./shownPath";
import type { Diagnostic } from "./types";

/**
 * Formats all diagnostics as one text for a person.
 *
 * @param file the configuration's file. Its path is printed relative to the working directory.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], file: string): string {
  const count = diagnostics.length === 1 ? "1 mistake" : `${diagnostics.length} mistakes`;
  const head = `${shownPath(file)} has ${count}. Nothing was changed.`;
  return [head, ...diagnostics.map(formatDiagnostic)].join("\n\n");
}

function formatDiagnostic(diagnostic: Diagnostic): string {
  const { path, value, expected, remedy, line, column } = diagnostic;
  const place = column === undefined ? `line ${line}` : `line ${line}:${column}`;
  const where = line === undefined ? path : `${place}: ${path}`;
  return [
    `  ${where}`,
    `    found     ${value}`,
    `    expected  ${expected}`,
    `    remedy    ${remedy}`,
  ].join("\n");
}

/** An invalid configuration. The message is the whole report. */
export class ConfigurationError extends Error {
  /** Pulumi uses this to distinguish a user error from a program error: it prints the message without a stack trace. */
  readonly __pulumiRunError = true;

  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly file: string,
  ) {
    super(formatDiagnostics(diagnostics, file));
    this.name = "ConfigurationError";
  }
}
