import type { Command } from "commander";
import type { RunOptions } from "../../infra/config/types";
import type { ChangeOptions } from "../changing";
import { requireSameApp } from "../optionValues";
import {
  breakGlass,
  changing,
  documented,
  environmentArgument,
  jsonDocument,
  type JsonOption,
  localOnly,
  noWait,
  release,
  type Run,
  runOptions,
} from "./shared";

/** Commands that bring environments up and destroy them. */
export function defineLifecycle(program: Command, run: Run): void {
  program
    .command("up")
    .description("create or update an environment from its configuration")
    .argument(...environmentArgument, "local")
    .option("--yes", "do not ask before data is deleted")
    .option("--unlock", "on AWS: remove the lock of a killed run")
    .addOption(jsonDocument())
    .addOption(release())
    .addOption(breakGlass())
    .addOption(noWait())
    .action((environment: string, options: UpOptions) =>
      run((context) => {
        documented("up", environment, options);
        return changing(environment, options, context, (held) =>
          isOnAws(environment)
            ? (require("../aws/up") as typeof import("../aws/up")).up(
                environment,
                {
                  yes: options.yes === true,
                  unlock: options.unlock === true,
                  run: runOptions(options),
                },
                context,
                held.asking,
              )
            : (require("../up") as typeof import("../up")).up(
                environment,
                runOptions(options),
                context,
                held,
              ),
        );
      })(),
    );
  program
    .command("preview")
    .description("show what `up` would change")
    .argument(...environmentArgument, "local")
    .addOption(release())
    .addOption(breakGlass())
    .option("--verbose", "also show the engine's output")
    .addOption(jsonDocument())
    .addOption(noWait())
    .action((environment: string, options: PreviewOptions) =>
      run((context) => {
        documented("preview", environment, options);
        return changing(environment, options, context, () =>
          (isOnAws(environment)
            ? (require("../aws/up") as typeof import("../aws/up"))
            : (require("../up") as typeof import("../up"))
          ).preview(
            environment,
            { ...runOptions(options), verbose: options.verbose === true },
            context,
          ),
        );
      })(),
    );
  program
    .command("destroy")
    .description("destroy an environment with its data")
    .argument("<environment>", environmentArgument[1])
    .option("--yes", "do not ask")
    .addOption(jsonDocument())
    .action((environment: string, options: JsonOption & { yes?: boolean }) =>
      run((context) => {
        documented("destroy", environment, options);
        return isOnAws(environment)
          ? changing(environment, {}, context, ({ asking }) =>
              (require("../aws/destroy") as typeof import("../aws/destroy")).destroy(
                environment,
                options.yes === true,
                context,
                asking,
              ),
            )
          : (require("../destroy") as typeof import("../destroy")).destroy(
              environment,
              options.yes === true,
              context,
            );
      })(),
    );
  program
    .command("remove")
    .description("remove an app that was deleted from git, in every region; can be run again")
    .argument("<app>", "app whose folder was deleted from the delivered commit")
    .option("-e, --environment <environment>", environmentArgument[1], "local")
    .option("--yes", "do not ask")
    .option(
      "--data <app>",
      "with --yes: the app's name again, if it holds data, which is then deleted",
    )
    .addOption(noWait())
    .addOption(jsonDocument())
    .action((app: string, options: RemoveOptions) =>
      run((context) => {
        documented("remove", options.environment, options);
        requireSameApp(app, options.data);
        return changing(options.environment, options, context, ({ asking }) =>
          (require("../remove") as typeof import("../remove")).remove(
            app,
            options.environment,
            {
              yes: options.yes === true,
              ...(options.data !== undefined && { data: options.data }),
            },
            context,
            asking,
          ),
        );
      })(),
    );
  program
    .command("rebalance")
    .description(
      `rebalance all replicas, for example after a lost region has returned ${localOnly}`,
    )
    .argument(...environmentArgument, "local")
    .addOption(noWait())
    .addOption(jsonDocument())
    .action((environment: string, options: ChangeOptions & JsonOption) =>
      run((context) => {
        documented("rebalance", environment, options);
        return changing(environment, options, context, () =>
          (require("../rebalance") as typeof import("../rebalance")).rebalanceReplicas(environment),
        );
      })(),
    );
}

interface UpOptions extends RunOptions, ChangeOptions, JsonOption {
  readonly yes?: boolean;
  readonly unlock?: boolean;
}

interface PreviewOptions extends RunOptions, ChangeOptions, JsonOption {
  readonly verbose?: boolean;
}

interface RemoveOptions extends ChangeOptions, JsonOption {
  readonly environment: string;
  readonly yes?: boolean;
  readonly data?: string;
}

/** Loaded on demand: it imports the schema and its library, which `--help` does not need. */
function isOnAws(environment: string): boolean {
  const files =
    require("../../operations/environmentFiles") as typeof import("../../operations/environmentFiles");
  return files.isOnAws(environment);
}
