import { formatValue, type Path } from "../../config/rawDiagnostic";

/** "flags.storefront.rules[0].id". Keys of other letters are quoted: a file may hold anything. */
export function formatFlagPath(path: Path): string {
  if (path.length === 0) return "(file)";
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]{1,100}$/.test(part)) return `${text}[${formatValue(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** A value for a report. Short lists of plain values are spelled out, and weights are summed up. */
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
