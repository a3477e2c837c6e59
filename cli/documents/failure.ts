import { stripVTControlCharacters } from "node:util";
import { CommanderError } from "commander";
import type { Diagnostic } from "../../infra/config/types";
import { isExpected, UsageError } from "../../operations/errors";
import type { FailureDocument } from "./schemas";

/**
 * The part of a failed command's document that describes the failure. Pure.
 * @param text The message that a person reads.
 * @param interrupted Whether a stop was requested.
 */
export function failureOf(
  error: unknown,
  text: string,
  interrupted: boolean,
): Pick<FailureDocument, "error" | "diagnostics"> {
  const diagnostics = interrupted ? [] : diagnosticsOf(error);
  const { summary } = (error ?? {}) as { summary?: string };
  const sentence = isExpected(error) && !interrupted && summary !== undefined ? summary : text;
  const message = stripVTControlCharacters(sentence).trim();
  return { error: { kind: kindOf(error, diagnostics, interrupted), message }, diagnostics };
}

function kindOf(
  error: unknown,
  diagnostics: readonly unknown[],
  interrupted: boolean,
): FailureDocument["error"]["kind"] {
  if (interrupted) return "interrupted";
  if (error instanceof CommanderError || error instanceof UsageError) return "usage";
  if (diagnostics.length > 0) return "invalid";
  return isExpected(error) ? "failed" : "unexpected";
}

function diagnosticsOf(error: unknown): FailureDocument["diagnostics"] {
  const { diagnostics } = (error ?? {}) as { diagnostics?: readonly Diagnostic[] };
  if (!isExpected(error) || !Array.isArray(diagnostics)) return [];
  return diagnostics.map(({ path, value, expected, remedy, line, column }: Diagnostic) => ({
    ...{ path, value, expected, remedy },
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }));
}
