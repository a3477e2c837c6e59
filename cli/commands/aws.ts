import type { Command } from "commander";
import type { ChangeOptions } from "../changing";
import {
  changing,
  documented,
  environmentArgument,
  json,
  jsonDocument,
  type JsonOption,
  noWait,
  type Run,
} from "./shared";

/** Commands for environments on AWS only. */
export function defineAws(program: Command, run: Run): void {
  program
    .command("bootstrap")
    .description("create or repair the bucket and the key for the state of an environment on AWS")
    .argument("<environment>", environmentArgument[1])
    .addOption(json())
    .action((environment: string, options: { json?: boolean }) =>
      run(() =>
        (require("../aws/bootstrap") as typeof import("../aws/bootstrap")).bootstrap(
          environment,
          options.json === true,
        ),
      )(),
    );
  program
    .command("forget")
    .description("remove a lost region from the state, without any request to AWS in that region")
    .argument("<environment>", environmentArgument[1])
    .argument("<region>", "region, no longer in the configuration")
    .option("--hub", "also if it hosts the hub")
    .option("--yes", "do not ask")
    .addOption(noWait())
    .addOption(jsonDocument())
    .action((environment: string, region: string, options: ForgetOptions) =>
      run((context) => {
        documented("forget", environment, options);
        return changing(environment, options, context, ({ asking }) =>
          (require("../aws/forget") as typeof import("../aws/forget")).forget(
            environment,
            region,
            { hub: options.hub === true, yes: options.yes === true },
            context,
            asking,
          ),
        );
      })(),
    );
  const hub = program.command("hub").description("the hub of an environment on AWS");
  hub
    .command("move")
    .description("move the hub to another region; an interrupted move resumes when it is run again")
    .argument("<environment>", environmentArgument[1])
    .requiredOption("--to <region>", "target region")
    .option("--lost", "the old hub is lost for good, or is abandoned")
    .option("--yes", "do not ask")
    .addOption(noWait())
    .addOption(jsonDocument())
    .action((environment: string, options: MoveOptions) =>
      run((context) => {
        documented("hub move", environment, options);
        return changing(environment, options, context, ({ asking }) =>
          (require("../aws/hubMove") as typeof import("../aws/hubMove")).moveHub(
            environment,
            { to: options.to, lost: options.lost === true, yes: options.yes === true },
            context,
            asking,
          ),
        );
      })(),
    );
}

interface ForgetOptions extends ChangeOptions, JsonOption {
  readonly hub?: boolean;
  readonly yes?: boolean;
}

interface MoveOptions extends ChangeOptions, JsonOption {
  readonly to: string;
  readonly lost?: boolean;
  readonly yes?: boolean;
}
