import { at, type Path } from "../../../config/rawDiagnostic";
import type { StreamingInput } from "./schema";

/** What the checks read of an environment. Options that are invalid by themselves have their own diagnostics. */
export interface Written {
  /** Names of the regions, and how many zones each has. */
  readonly regions: readonly { readonly name: string; readonly zones: number }[];
  readonly streaming: StreamingInput;
}

/** Path of an option of the section. */
export function inStreaming(...parts: (string | number)[]): Path {
  return at("streaming", ...parts);
}
