import type { MachineFacts } from "../bench/machine";
import { summarize } from "../bench/statistics";
import type { Journal, Round } from "./journal";

/** The dated report, in Markdown. Pure. */
export function formatSoak(journal: Journal, wanted: number, machine: MachineFacts): string {
  const { seed, copies, streaming = false, rounds, started } = journal;
  const failures = rounds.filter(({ seconds }) => seconds === undefined);
  const state =
    rounds.length < wanted
      ? `cut short after ${rounds.length} of ${wanted} rounds`
      : `${wanted} rounds`;
  return [
    `# Soak of ${machine.date.slice(0, 10)}`,
    "",
    `Seed ${seed}${copies === 0 ? "" : `, ${copies} copies of an app`}${streaming ? ", faults of Kafka" : ""}, ${state}: ${rounds.length - failures.length} recovered, ${failures.length} did not. ` +
      `\`npx meridian soak --seed ${seed} --rounds ${wanted}${copies === 0 ? "" : ` --copies ${copies}`}${streaming ? " --streaming" : ""}\` repeats it.`,
    "",
    "After each fault everything had to be ready again, with exactly the planned replicas, nowhere all in one zone, on the",
    "same ports, with no process missing or left over. Times are from the end of the fault.",
    "",
    "| fault | count | recovered | median s | max s |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...kindRows(rounds),
    "",
    ...noteLines(rounds),
    "## Failures",
    "",
    ...(failures.length === 0 ? ["None."] : failures.map(failureLine)),
    "",
    "## Machine",
    "",
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryMb} MB, ${machine.system}. ` +
      `Commit ${machine.commit}, from ${started} to ${machine.date}.`,
    "",
    Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    "",
  ].join("\n");
}

function kindRows(rounds: readonly Round[]): string[] {
  const kinds = [...new Set(rounds.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const all = rounds.filter((round) => round.kind === kind);
    const times = all.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
    const figures =
      times.length === 0
        ? "- | -"
        : `${summarize(times).median.toFixed(1)} | ${summarize(times).max.toFixed(1)}`;
    return `| ${kind} | ${all.length} | ${times.length} | ${figures} |`;
  });
}

/** Results of the rounds that have a note. */
function noteLines(rounds: readonly Round[]): string[] {
  const found = rounds.filter(({ note }) => note !== undefined);
  if (found.length === 0) return [];
  return [
    "## Records of Kafka",
    "",
    "No acknowledged record was skipped, lost, copied back to its region, or delivered again without reason, unless a failure says so.",
    "",
    ...found.map(({ round, what, note }) => `- Round ${round}, ${what}: ${note}.`),
    "",
  ];
}

function failureLine({ round, kind, what, diagnostics = [], logs }: Round): string {
  const where = logs === undefined ? "" : ` Logs: \`${logs}\`.`;
  return `- Round ${round}, ${kind}: ${what}. ${diagnostics.join("; ").replaceAll("\n", " ")}.${where}`;
}
