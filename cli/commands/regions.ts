import { type Command, Option } from "commander";
import type { Context } from "../../operations/context";
import type { ChangeOptions } from "../changing";
import {
  changing,
  documented,
  environmentArgument,
  json,
  jsonDocument,
  type JsonOption,
  localOnly,
  noWait,
  type Run,
} from "./shared";

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
  const change = (
    name: string,
    description: string,
    action: (environment: string, region: string, context: Context) => Promise<number>,
  ) =>
    region
      .command(name)
      .description(description)
      .argument("<region>", "region")
      .addOption(environment())
      .addOption(noWait())
      .addOption(jsonDocument())
      .action((of: string, options: RegionOptions) =>
        run((context) => {
          documented(`region ${name}`, options.environment, options);
          return changing(options.environment, options, context, () =>
            action(options.environment, of, context),
          );
        })(),
      );
  change(
    "lose",
    "kill all processes of a region at once, as a power failure does",
    (environment, name) => load().lose(environment, name),
  );
  change(
    "return",
    "start a lost region again, with its data, and wait until it serves",
    (environment, name, context) => load().bringBack(environment, name, context),
  );
}

interface RegionOptions extends ChangeOptions, JsonOption {
  readonly environment: string;
}

function load(): typeof import("../region") {
  return require("../region") as typeof import("../region");
}
