import pc from "picocolors";
import { examine } from "../toolchain";

/** Checks what `up` needs on this machine and says how to fix what is missing. */
export async function doctor(json: boolean): Promise<number> {
  const findings = await examine();
  if (json) console.log(JSON.stringify(findings, null, 2));
  else {
    for (const { name, ok, detail, remedy } of findings) {
      console.log(`${ok ? pc.green("✔") : pc.red("✖")} ${name.padEnd(30)} ${detail}`);
      if (!ok && remedy) console.log(`  ${pc.yellow("→")} ${remedy}`);
    }
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}
