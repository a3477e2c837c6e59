import type { ToolProgress } from "./types";

/** The step that a tool is at, where it is work that a person waits for. */
export function stepOf({ tool, phase }: ToolProgress): string | undefined {
  return phase === "building" || phase === "downloading" ? `${tool}: ${phase}` : undefined;
}

/** Says one line for each step, when it begins: for output that is no terminal. */
export function eachStepOnce(say: (line: string) => void): (progress: ToolProgress) => void {
  const said = new Set<string>();
  return (progress) => {
    const step = stepOf(progress);
    if (step === undefined || said.has(step)) return;
    said.add(step);
    say(`${progress.tool}: ${progress.message}`);
  };
}
