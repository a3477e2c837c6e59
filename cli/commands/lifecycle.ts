import type { Command } from "commander";
import type { RunOptions } from "../../infra/config/types";
import {
  breakGlass,
  environmentArgument,
  localOnly,
  release,
  type Run,
  runOptions,
} from "./shared";

/** Commands that bring environments up and destroy them. */
export function defineLifecycle(program: Command, run: Run): void {
  program
    .command("up")
    .description("bring an environment up, or to what its configuration says now")
    .argument(...environmentArgument, "local")
    .option("--yes", "do not ask before data is lost")
    .option("--unlock", "on AWS: take away the lock of a run that was killed")
    .addOption(release())
    .addOption(breakGlass())
    .action((environment: string, options: RunOptions & { yes?: boolean; unlock?: boolean }) =>
      run((context) =>
        isOnAws(environment)
          ? (require("../aws/up") as typeof import("../aws/up")).up(
              environment,
              {
                yes: options.yes === true,
                unlock: options.unlock === true,
                run: runOptions(options),
              },
              context,
            )
          : (require("../up") as typeof import("../up")).up(
              environment,
              runOptions(options),
              context,
            ),
      )(),
    );
  program
    .command("preview")
    .description("show what `up` would change")
    .argument(...environmentArgument, "local")
    .addOption(release())
    .addOption(breakGlass())
    .action((environment: string, options: RunOptions) =>
      run((context) =>
        (isOnAws(environment)
          ? (require("../aws/up") as typeof import("../aws/up"))
          : (require("../up") as typeof import("../up"))
        ).preview(environment, runOptions(options), context),
      )(),
    );
  program
    .command("destroy")
    .description("take an environment down and remove all that it has")
    .argument("<environment>", environmentArgument[1])
    .option("--yes", "do not ask")
    .action((environment: string, { yes }: { yes?: boolean }) =>
      run((context) =>
        (isOnAws(environment)
          ? (require("../aws/destroy") as typeof import("../aws/destroy"))
          : (require("../destroy") as typeof import("../destroy"))
        ).destroy(environment, yes === true, context),
      )(),
    );
  program
    .command("remove")
    .description("remove an app that git no longer has, everywhere; run again, it goes on")
    .argument("<app>", "app, its folder gone from what is delivered")
    .option("-e, --environment <environment>", environmentArgument[1], "local")
    .option("--yes", "do not ask")
    .option(
      "--data <app>",
      "with --yes: the app's name again, where it holds data, which then goes",
    )
    .action((app: string, options: { environment: string; yes?: boolean; data?: string }) =>
      run((context) =>
        (require("../remove") as typeof import("../remove")).remove(
          app,
          options.environment,
          { yes: options.yes === true, ...(options.data !== undefined && { data: options.data }) },
          context,
        ),
      )(),
    );
  program
    .command("rebalance")
    .description(
      `divide all replicas again, for example after a lost region has returned ${localOnly}`,
    )
    .argument(...environmentArgument, "local")
    .action((environment: string) =>
      run(() =>
        (require("../rebalance") as typeof import("../rebalance")).rebalanceReplicas(environment),
      )(),
    );
}

/** Loaded on demand: it imports the schema and its library, which `--help` does not need. */
function isOnAws(environment: string): boolean {
  const files =
    require("../../operations/environmentFiles") as typeof import("../../operations/environmentFiles");
  return files.isOnAws(environment);
}
