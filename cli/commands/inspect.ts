import { type Command, Option } from "commander";
import type { LogOptions } from "../logs";
import { durationOf, wholeNumberOf } from "../optionValues";
import { environmentArgument, json, localOnly, type Run } from "./shared";

const lines = wholeNumberOf("--tail", { most: 1_000_000 });

/** Read-only commands. */
export function defineInspect(program: Command, run: Run): void {
  program
    .command("status")
    .description(`show regions, federation and apps; exits 0 only when all is ready ${localOnly}`)
    .argument(...environmentArgument, "local")
    .addOption(json())
    .option("-w, --watch", "show each change until Ctrl-C")
    .action((environment: string, options: { json?: boolean; watch?: boolean }) =>
      run((context) =>
        (require("../status") as typeof import("../status")).status(
          environment,
          { json: options.json === true, watch: options.watch === true },
          context,
        ),
      )(),
    );
  program
    .command("logs")
    .description(`show the log of a component, or list the components ${localOnly}`)
    .argument("[component]", "name as `meridian logs` lists it")
    .option("-e, --environment <environment>", environmentArgument[1], "local")
    .option("-f, --follow", "follow the log")
    .option("-n, --tail <number>", "number of last lines; default: 100, with --since all", lines)
    .addOption(
      new Option("--lines <number>", "the earlier name of --tail").argParser(lines).hideHelp(),
    )
    .option(
      "--since <duration>",
      "lines of the last 30s, 10m or 2h, by their timestamps",
      durationOf("--since"),
    )
    .action((component: string | undefined, options: LogOptions) =>
      run((context) =>
        (require("../logs") as typeof import("../logs")).logs(component, options, context),
      )(),
    );
  program
    .command("doctor")
    .description("check this machine: tools and their hashes, Go, disk")
    .addOption(json())
    .action((options: { json?: boolean }) =>
      run(() =>
        (require("../doctor") as typeof import("../doctor")).doctor(options.json === true),
      )(),
    );
  program
    .command("check")
    .description("check the apps of this clone in every environment, before a commit")
    .addOption(json())
    .option("-w, --watch", "check again after each change of a file, until Ctrl-C")
    .action((options: { json?: boolean; watch?: boolean }) =>
      run((context) =>
        (require("../check") as typeof import("../check")).check(
          { json: options.json === true, watch: options.watch === true },
          context,
        ),
      )(),
    );
  program
    .command("kubeconfig")
    .description("print a kubeconfig with a context for the federation, the hub and each region")
    .argument(...environmentArgument, "local")
    .option("--path", "print the path of its file")
    .action((environment: string, options: { path?: boolean }) =>
      run(() =>
        (require("../kubeconfig") as typeof import("../kubeconfig")).kubeconfig(environment, {
          path: options.path === true,
        }),
      )(),
    );
  program
    .command("env")
    .description(
      `print shell variables for the Pulumi CLI and kubectl: eval "$(npx meridian env)" ${localOnly}`,
    )
    .argument(...environmentArgument, "local")
    .action((environment: string) =>
      run(() => (require("../env") as typeof import("../env")).env(environment))(),
    );
}
