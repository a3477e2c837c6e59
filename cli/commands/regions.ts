import { type Command, Option } from "commander";
import type { ChangeOptions } from "../changing";
import { changing, environmentArgument, json, localOnly, noWait, type Run } from "./shared";

/** Commands that lose a region on purpose and return it. */
export function defineRegions(program: Command, run: Run): void {
  const environment = () =>
    new Option("-e, --environment <environment>", environmentArgument[1]).default("local");
  const region = program
    .command("region")
    .description(`lose a region on purpose, as a drill, and return it ${localOnly}`);
  region
    .command("list")
    .description("list the regions: state, replicas, share of traffic")
    .addOption(environment())
    .addOption(json())
    .action((options: { environment: string; json?: boolean }) =>
      run(() => load().listRegions(options.environment, options.json === true))(),
    );
  region
    .command("lose")
    .description("kill all processes of a region at once, as a power failure does")
    .argument("<region>", "region")
    .addOption(environment())
    .addOption(noWait())
    .action((name: string, options: RegionOptions) =>
      run((context) =>
        changing(options.environment, options, context, () =>
          load().lose(options.environment, name),
        ),
      )(),
    );
  region
    .command("return")
    .description("start a lost region again, with its data, and wait until it serves")
    .argument("<region>", "region")
    .addOption(environment())
    .addOption(noWait())
    .action((name: string, options: RegionOptions) =>
      run((context) =>
        changing(options.environment, options, context, () =>
          load().bringBack(options.environment, name, context),
        ),
      )(),
    );
}

interface RegionOptions extends ChangeOptions {
  readonly environment: string;
}

function load(): typeof import("../region") {
  return require("../region") as typeof import("../region");
}
