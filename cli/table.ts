import pc from "picocolors";

/** A green or red dot: ready or not. */
export function mark(ready: boolean): string {
  return ready ? pc.green("●") : pc.red("○");
}

/** Pads each column to its widest cell; colours take no width. */
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
