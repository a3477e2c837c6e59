import pc from "picocolors";

/** A dot, green or red: whether something is in order. */
export function mark(ready: boolean): string {
  return ready ? pc.green("●") : pc.red("○");
}

/** Columns as wide as their widest cell; colours take no width. */
export function table(head: string[], rows: string[][]): string[] {
  const width = (text: string) => text.replaceAll(/\x1b\[\d+m/g, "").length;
  const all = [head.map((cell) => pc.dim(cell)), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ""))));
  return all.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}
