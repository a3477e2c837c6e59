import type { Command } from "commander";
import type { DiffOptions } from "../diff";
import type { PromoteOptions } from "../../operations/delivery/promote";
import type { RollbackOptions } from "../../operations/delivery/rollback";
import { wholeNumber } from "../optionValues";
import type { Consent } from "../releases";
import {
  breakGlass,
  documented,
  environmentArgument,
  json,
  jsonDocument,
  type JsonOption,
  type Run,
} from "./shared";

/** Commands that compare commits and make releases. */
export function defineReleases(program: Command, run: Run): void {
  program
    .command("diff")
    .description("show what differs in an environment's apps between two commits")
    .argument("<environment>", environmentArgument[1])
    .option("--from <revision>", "default: what the environment delivers now")
    .option("--to <revision>", "a commit, or . for the work tree as it is", "HEAD")
    .option("--full", "also every object's difference, as YAML")
    .option("--markdown", "a section for the comment of a pull request")
    .option("--max-length <characters>", "longest section, with --markdown", (text) =>
      wholeNumber("--max-length", text, { least: shortestSection(), most: 1_000_000 }),
    )
    .option("--exit-code", "exit with 1 if there are differences")
    .addOption(json())
    .action((environment: string, options: DiffOptions) =>
      run((context) =>
        (require("../diff") as typeof import("../diff")).diff(environment, options, context),
      )(),
    );
  const consent = (command: Command) =>
    command
      .option("--push", "push the tag to origin, even if the environment delivers this clone")
      .option("--no-push", "keep the tag in this clone")
      .addOption(breakGlass())
      .option("--dry-run", "show the release without making it")
      .option("--yes", "do not ask")
      .addOption(jsonDocument());
  const [, ofEnvironment] = environmentArgument;
  consent(
    program
      .command("promote")
      .description("show undelivered changes of an environment, then release them with a tag")
      .argument("[environment]", ofEnvironment, "production")
      .option("--version <tag>", "the release's tag; default: by the types of the commits")
      .option("--commit <revision>", "commit to release; default: the newest of the branch")
      .option("--unproven", "even if it is not healthy in the previous environment"),
  ).action((environment: string, options: Given<PromoteOptions> & JsonOption) =>
    run((context) => {
      documented("promote", environment, options);
      return (require("../releases") as typeof import("../releases")).promote(
        environment,
        { ...options, ...consentOf(options), unproven: options.unproven === true },
        context,
      );
    })(),
  );
  consent(
    program
      .command("rollback")
      .description("release an older release again, with a new tag")
      .argument("[environment]", ofEnvironment, "production")
      .option("--to <tag>", "release to go back to; default: the one before the current"),
  ).action((environment: string, options: Given<RollbackOptions> & JsonOption) =>
    run((context) => {
      documented("rollback", environment, options);
      return (require("../releases") as typeof import("../releases")).rollback(
        environment,
        { ...options, ...consentOf(options) },
        context,
      );
    })(),
  );
}

/** Loaded on demand: it imports the renderer. */
function shortestSection(): number {
  return (
    require("../../operations/delivery/markdown") as typeof import("../../operations/delivery/markdown")
  ).leastLimit;
}

/** Options from commander: an option that was not given is absent. */
type Given<T> = Partial<T & Consent>;

function consentOf({ yes, dryRun }: Partial<Consent>): Consent {
  return { yes: yes === true, dryRun: dryRun === true };
}
