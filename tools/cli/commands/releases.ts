import type { Command } from "commander";
import type { DiffOptions } from "../diff";
import { environmentArgument, json, type Run } from "./shared";

/** What changes between commits, and releases. */
export function defineReleases(program: Command, run: Run): void {
  program
    .command("diff")
    .description("show what differs in an environment's apps between two commits")
    .argument("<environment>", environmentArgument[1])
    .option("--from <revision>", "default: what the environment delivers now")
    .option("--to <revision>", "a commit, or . for the work tree as it is", "HEAD")
    .option("--full", "every object's difference, as YAML, too")
    .option("--markdown", "a section for the comment of a pull request")
    .option("--max-length <characters>", "longest section, with --markdown")
    .option("--exit-code", "exit with 1 where there are differences")
    .addOption(json())
    .action((environment: string, options: DiffOptions) =>
      run((context) =>
        (require("../diff") as typeof import("../diff")).diff(environment, options, context),
      )(),
    );
}
