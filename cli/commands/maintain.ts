import type { Command } from "commander";
import { json, type Run } from "./shared";

/** Commands that measure and test the platform. */
export function defineMaintain(program: Command, run: Run): void {
  program
    .command("bench")
    .description("measure the platform against its peers on this machine")
    .argument("[names...]", "benchmarks to run; default: all but the longest")
    .addOption(json())
    .option("--runs <number>", "runs of each measurement", "5")
    .action((names: string[], options: { json?: boolean; runs: string }) =>
      run(async (context) =>
        (require("../../bench") as typeof import("../../bench")).bench(
          names,
          options.json === true,
          Number(options.runs),
          context,
        ),
      )(),
    );
  program
    .command("soak")
    .description(
      "inject random faults for a long time and write a dated report; resumes after an interruption",
    )
    .option("--seed <number>", "seed of the faults", "1")
    .option("--rounds <number>", "number of faults", "100")
    .option("--copies <number>", "additional copies of an app on the platform", "0")
    .action((options: { seed: string; rounds: string; copies: string }) =>
      run(async (context) =>
        (require("../../drills") as typeof import("../../drills")).soak(
          {
            seed: Number(options.seed),
            rounds: Number(options.rounds),
            copies: Number(options.copies),
          },
          context,
        ),
      )(),
    );
}
