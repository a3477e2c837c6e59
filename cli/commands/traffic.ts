import { type Command, Option } from "commander";
import type { ChangeOptions } from "../changing";
import type { CurlOptions } from "../curl";
import { changing, environmentArgument, json, localOnly, noWait, type Run } from "./shared";

/** Commands for the path of requests to an app. */
export function defineTraffic(program: Command, run: Run): void {
  const environment = () =>
    new Option("-e, --environment <environment>", environmentArgument[1]).default("local");
  const from = () => new Option("--from <region>", "as a client beside this region");
  program
    .command("dig")
    .description(`ask the platform's DNS for an app: which region answers, and why ${localOnly}`)
    .argument("<name>", "app, or its whole name")
    .addOption(from())
    .addOption(environment())
    .addOption(json())
    .action((name: string, options: { environment: string; from?: string; json?: boolean }) =>
      run(() =>
        (require("../dig") as typeof import("../dig")).dig(name, {
          ...options,
          json: options.json === true,
        }),
      )(),
    );
  program
    .command("curl")
    .description(`send a request the whole way: DNS, gateway, pod ${localOnly}`)
    .argument("<target>", "app with or without a path, or a URL")
    .addOption(from())
    .addOption(environment())
    .addOption(
      new Option("-i, --include", "show the answer's headers too").conflicts(["count", "json"]),
    )
    .option(
      "-n, --count <number>",
      "send as many, and show by region, version and status who answers",
    )
    .addOption(json())
    .action((target: string, options: Partial<CurlOptions> & { environment: string }) =>
      run((context) =>
        (require("../curl") as typeof import("../curl")).curl(
          target,
          { ...options, include: options.include === true, json: options.json === true },
          context,
        ),
      )(),
    );
  program
    .command("drain")
    .description(`turn how much of its traffic a region takes, and back ${localOnly}`)
    .argument("<region>", "region")
    .option("--to <percent>", "what it takes then; 100 gives all of it back", "0")
    .option("--over <seconds>", "by even degrees over this time", "0")
    .addOption(environment())
    .addOption(noWait())
    .action((region: string, options: DrainOptions) =>
      run((context) =>
        changing(options.environment, options, context, () =>
          (require("../drain") as typeof import("../drain")).drain(region, options, context),
        ),
      )(),
    );
}

interface DrainOptions extends ChangeOptions {
  readonly environment: string;
  readonly to: string;
  readonly over: string;
}
