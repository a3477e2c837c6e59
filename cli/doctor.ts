import pc from "picocolors";
import { examine } from "../toolchain";

/** Checks what `up` needs on this machine and says how to mend what lacks. */
export async function doctor(json: boolean): Promise<number> {
  const findings = await examine();
  if (json) console.log(JSON.stringify(findings, null, 2));
  else {
    for (const { name, ok, detail, mend } of findings) {
      console.log(`${ok ? pc.green("✔") : pc.red("✖")} ${name.padEnd(30)} ${detail}`);
      if (!ok && mend) console.log(`  ${pc.yellow("→")} ${mend}`);
    }
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}
