import type { Command } from "commander";
import type { SoakOptions } from "../../drills";
import { wholeNumberOf } from "../optionValues";
import { json, type Run } from "./shared";

/** A parser of a count; larger ones would run for years. */
const number = (option: string, least = 0) => wholeNumberOf(option, { least, most: 1_000_000 });

/** Commands that measure and test the platform. */
export function defineMaintain(program: Command, run: Run): void {
  program
    .command("bench")
    .description("measure the platform against its peers on this machine")
    .argument("[names...]", "benchmarks to run; default: all but the longest")
    .addOption(json())
    .option("--runs <number>", "runs of each measurement", number("--runs", 1), 5)
    .action((names: string[], options: { json?: boolean; runs: number }) =>
      run(async (context) =>
        (require("../../bench") as typeof import("../../bench")).bench(
          names,
          options.json === true,
          options.runs,
          context,
        ),
      )(),
    );
  program
    .command("soak")
    .description(
      "inject random faults for a long time and write a dated report; resumes after an interruption",
    )
    .option("--seed <number>", "seed of the faults", number("--seed"), 1)
    .option("--rounds <number>", "number of faults", number("--rounds", 1), 100)
    .option(
      "--copies <number>",
      "additional copies of an app on the platform",
      number("--copies"),
      0,
    )
    .option("--streaming", "a platform with Kafka, and only faults of Kafka")
    .action((options: SoakOptions) =>
      run(async (context) =>
        (require("../../drills") as typeof import("../../drills")).soak(options, context),
      )(),
    );
}
