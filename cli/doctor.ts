import pc from "picocolors";
import { examine } from "../toolchain";
import type { DoctorDiagnostic } from "../toolchain/types";

/** One line of a finding that is in order; otherwise three: value, expected value, remedy. Pure. */
export function findingLines({ name, ok, detail, expected, remedy }: DoctorDiagnostic): string[] {
  if (ok) return [`${pc.green("✔")} ${name.padEnd(nameWidth)} ${detail}`];
  return [
    `${pc.red("✖")} ${name.padEnd(nameWidth)} ${detail}`,
    `  ${"".padEnd(nameWidth)} expected: ${expected}`,
    `  ${"".padEnd(nameWidth)} ${pc.yellow("→")} ${remedy}`,
  ];
}

const nameWidth = 30;

/** Checks what `up` needs on this machine and says how to fix what is missing. */
export async function doctor(json: boolean): Promise<number> {
  const findings = await examine();
  if (json) console.log(JSON.stringify(findings, null, 2));
  else {
    findings.flatMap(findingLines).forEach((line) => console.log(line));
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}
