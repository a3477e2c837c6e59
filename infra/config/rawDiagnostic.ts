import { inspect } from "node:util";

/** A diagnostic before formatting: the path is still in parts and the value is not resolved yet. */
export interface RawDiagnostic {
  readonly path: Path;
  readonly expected: string;
  readonly remedy: string;
  /** True if the value must not be printed. */
  readonly hidden?: boolean;
}

export type Path = readonly (string | number)[];

/** Builds a path from its parts. */
export function at(...parts: (string | number)[]): Path {
  return parts;
}

/** The value at a path; undefined if there is none. Reads own keys only. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    raw,
  );
}

/** "meridian:regions[1].cidr", the form that `pulumi config set --path` accepts. */
export function formatPath(path: Path): string {
  const [first, ...rest] = path;
  if (first === undefined) return "meridian:";
  const tail = rest.map((part) => (isPlainKey(part) ? `.${part}` : `[${formatKey(part)}]`));
  return `meridian:${formatKey(first)}${tail.join("")}`;
}

function isPlainKey(part: string | number): boolean {
  return typeof part === "string" && /^[\w-]{1,80}$/.test(part);
}

/** Quotes a key with other characters, so that a file cannot send control characters to a terminal. */
export function formatKey(part: string | number): string {
  return typeof part === "number" || isPlainKey(part) ? String(part) : quote(part);
}

/** Formats a value for a diagnostic. Maps and lists are summarized, and possible secrets are masked. */
export function formatValue(value: unknown): string {
  if (value === undefined) return "(missing)";
  if (value === null) return "(empty)";
  if (Array.isArray(value))
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return Object.hasOwn(value, "secure") ? "[secret]" : "a map";
  if (typeof value === "string") return quote(value);
  return inspect(value);
}

function quote(text: string): string {
  const masked = text
    .replace(/(\/\/)[^/@\s]*@/g, "$1[secret]@")
    .replace(/\b((?:sdk|api|mob)-)[0-9a-f]{8}-[0-9a-f-]+/gi, "$1[secret]")
    .replace(/([?&][^=&\s]*(?:token|secret|password|key)[^=&\s]*=)[^&\s]*/gi, "$1[secret]");
  return JSON.stringify(masked.length > 80 ? `${masked.slice(0, 77)}...` : masked);
}
