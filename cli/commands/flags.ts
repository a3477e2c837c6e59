import { type Command, Option } from "commander";
import type { FlagOptions } from "../flag";
import { flagKey, flagValue, type FlagValue } from "../optionValues";
import { environmentArgument, json, type Run } from "./shared";

/** Commands for the flags that gate deployments: the rollout percentage of a version, and its regions. */
export function defineFlags(program: Command, run: Run): void {
  const flag = program
    .command("flag")
    .description("show and set the flags that gate deployments, in LaunchDarkly or in the file");
  const common = (command: Command) =>
    command
      .addOption(
        new Option("-e, --environment <environment>", environmentArgument[1]).default("local"),
      )
      .addOption(json());
  const command = () => require("../flag") as typeof import("../flag");
  const one = "flag, by default the app's name";

  common(flag.command("list").description("show every flag")).action((options: FlagOptions) =>
    run(() => command().listFlags(options))(),
  );
  common(
    flag
      .command("show")
      .description("show a flag, region by region")
      .argument("<flag>", one, flagKey),
  ).action((key: string, options: FlagOptions) => run(() => command().showFlag(key, options))());
  common(
    flag
      .command("set")
      .description("set the rollout percentage of the next version, or switch the flag off or on")
      .argument("<flag>", one, flagKey)
      .argument("<to>", "0 to 100, on, off, or default: ends the region's own rule", flagValue)
      .option("--region <region>", "in this region only"),
  ).action((key: string, to: FlagValue, options: FlagOptions & { region?: string }) =>
    run(() => command().setFlag(key, to, options))(),
  );
  common(
    flag
      .command("retire")
      .description(
        "serve the newest version to all users: rollouts complete, the flag gates nothing",
      )
      .argument("<flag>", one, flagKey)
      .option("--yes", "do not ask, even if the flag holds a version back"),
  ).action((key: string, options: FlagOptions & { yes?: boolean }) =>
    run(() => command().retireFlag(key, options))(),
  );
  common(
    flag
      .command("create")
      .description("create a flag: on, at 0 %")
      .argument("<flag>", one, flagKey),
  ).action((key: string, options: FlagOptions) => run(() => command().createFlag(key, options))());
}
