import { execFileSync } from "node:child_process";

/** Why this machine cannot get what comes from PyPI; undefined: it can. */
export function whyNoPip(): string | undefined {
  try {
    execFileSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "no `python3 -m pip` on PATH (on Debian and Ubuntu the package python3-pip)";
  }
}
