import { type Command, Option } from "commander";
import type { ChangeOptions } from "../changing";
import type { CurlOptions } from "../curl";
import type { DrainOptions } from "../drain";
import { curlTarget, wholeNumberOf } from "../optionValues";
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

/** Commands for the path of requests to an app. */
export function defineTraffic(program: Command, run: Run): void {
  const environment = () =>
    new Option("-e, --environment <environment>", environmentArgument[1]).default("local");
  const from = () => new Option("--from <region>", "as a client near this region");
  program
    .command("dig")
    .description(`query the platform's DNS for an app: which region answers, and why ${localOnly}`)
    .argument("<name>", "app, or its full name")
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
    .description(`send a request end to end: DNS, gateway, pod ${localOnly}`)
    .argument("<target>", "app with or without a path, or a URL", curlTarget)
    .addOption(from())
    .addOption(environment())
    .addOption(
      new Option("-i, --include", "also show the response headers").conflicts(["count", "json"]),
    )
    .option(
      "-n, --count <number>",
      "number of requests; shows the shares by region, version and status",
      wholeNumberOf("--count", { least: 1, most: 100_000 }),
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
    .description(`set the share of its traffic that a region serves ${localOnly}`)
    .argument("<region>", "region")
    .option(
      "--to <percent>",
      "share in percent; 100 restores all of it",
      wholeNumberOf("--to", { most: 100 }),
      0,
    )
    .option(
      "--over <seconds>",
      "in even steps over this time",
      wholeNumberOf("--over", { most: 86_400 }),
      0,
    )
    .addOption(environment())
    .addOption(noWait())
    .addOption(jsonDocument())
    .action((region: string, options: DrainOptions & ChangeOptions & JsonOption) =>
      run((context) => {
        documented("drain", options.environment, options);
        return changing(options.environment, options, context, (held) =>
          (require("../drain") as typeof import("../drain")).drain(region, options, context, held),
        );
      })(),
    );
}
