import { formatValue, type Path } from "../../config/rawDiagnostic";

/** Formats a path: "flags.storefront.rules[0].id". Keys with other characters are quoted: a file may contain any. */
export function formatFlagPath(path: Path): string {
  if (path.length === 0) return "(file)";
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]{1,100}$/.test(part)) return `${text}[${formatValue(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** Formats a value for a diagnostic. Short lists of plain values are complete, and weights are summed. */
export function printedValue(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return formatValue(value);
  const sum = weightOf(value);
  if (sum !== undefined) return `${sum} in all`;
  const plain = value.length < 6 && value.every((item) => typeof item !== "object");
  return plain ? `[${value.map(formatValue).join(", ")}]` : formatValue(value);
}

function weightOf(shares: readonly unknown[]): number | undefined {
  const weights = shares.map((share) =>
    typeof share === "object" && share !== null && "weight" in share ? share.weight : undefined,
  );
  if (!weights.every((weight) => typeof weight === "number")) return undefined;
  return weights.reduce((sum, weight) => sum + weight, 0);
}
