import type { ToolProgress } from "./types";

/** The current step of a tool, if it is one that takes long. */
export function stepOf({ tool, phase }: ToolProgress): string | undefined {
  return phase === "building" || phase === "downloading" ? `${tool}: ${phase}` : undefined;
}

/** Prints one line at the start of each step: for output that is not a terminal. */
export function eachStepOnce(say: (line: string) => void): (progress: ToolProgress) => void {
  const said = new Set<string>();
  return (progress) => {
    const step = stepOf(progress);
    if (step === undefined || said.has(step)) return;
    said.add(step);
    say(`${progress.tool}: ${progress.message}`);
  };
}
