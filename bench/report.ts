import type { MachineFacts } from "./machine";
import { ratios, summarize, type Summary } from "./statistics";
import type { Aim, Figure, Unit } from "./types";

/** A benchmark that could not be measured, with the reason. */
export interface Failed {
  readonly name: string;
  readonly error: string;
}

/** Output of `bench --json`. Fields are only ever added. */
export interface Report {
  readonly machine: MachineFacts;
  readonly figures: readonly Judged[];
  readonly failed: readonly Failed[];
}

/** A figure with its evaluation. */
export interface Judged extends Figure, Summary {
  /** Ratio of each value to its peer. */
  readonly ratio?: Summary;
  /** Absent if there is no aim. */
  readonly met?: boolean;
}

/** Summarizes a figure and compares it with its aim. Pure. */
export function judge(figure: Figure): Judged {
  const { values, peer, aim } = figure;
  const ratio = peer === undefined ? undefined : summarize(ratios(values, peer.values));
  const summary = summarize(values);
  const judged = aim?.of === "ratio" ? ratio?.median : summary.median;
  return {
    ...figure,
    ...summary,
    ...(ratio === undefined ? {} : { ratio }),
    ...(aim === undefined || judged === undefined ? {} : { met: judged <= aim.most }),
  };
}

/** The report as text. Pure. */
export function formatReport({ machine, figures, failed }: Report): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    "",
    ...table([
      ["BENCHMARK", "MEDIAN", "MIN - MAX", "PEER", "RATIO", "AIM", "MET"],
      ...figures.map(row),
    ]),
    "",
    ...figures.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`])),
    ...failed.map(({ name, error }) => `${name} could not be measured: ${error}`),
    "",
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryMb} MB, load ${machine.loadAtStart} at the start, ${machine.system}`,
    `${machine.date}, commit ${machine.commit}; ${versions.join(", ")}`,
  ].join("\n");
}

function row(figure: Judged): string[] {
  const { name, unit, median, min, max, peer, ratio, aim, met } = figure;
  const count = figure.values.length === 1 ? " (1 run)" : "";
  return [
    name,
    amount(median, unit) + count,
    `${amount(min, unit)} - ${amount(max, unit)}`,
    peer === undefined ? "" : `${amount(summarize(peer.values).median, unit)} ${peer.name}`,
    ratio === undefined
      ? ""
      : `${ratio.median.toFixed(2)}x (${ratio.min.toFixed(2)} - ${ratio.max.toFixed(2)})`,
    aim === undefined ? "" : aimText(aim, unit),
    met === undefined ? "" : met ? "yes" : "no",
  ];
}

function aimText({ of, most }: Aim, unit: Unit): string {
  return of === "ratio" ? `${Number(most.toPrecision(3))}x` : amount(most, unit);
}

/** Three significant digits. */
function amount(value: number, unit: Unit): string {
  return `${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))} ${unit}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
