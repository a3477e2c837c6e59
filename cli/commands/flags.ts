import { type Command, Option } from "commander";
import type { FlagOptions } from "../flag";
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
    flag.command("show").description("show a flag, region by region").argument("<flag>", one),
  ).action((key: string, options: FlagOptions) => run(() => command().showFlag(key, options))());
  common(
    flag
      .command("set")
      .description("let a share of the users have the next version, or switch it off or on")
      .argument("<flag>", one)
      .argument("<to>", "0 to 100, on, off, or default: the region has nothing of its own")
      .option("--region <region>", "only there"),
  ).action((key: string, to: string, options: FlagOptions & { region?: string }) =>
    run(() => command().setFlag(key, to, options))(),
  );
  common(
    flag
      .command("retire")
      .description("the next version is for everybody: rollouts complete, nothing is gated")
      .argument("<flag>", one)
      .option("--yes", "do not ask, though the flag holds a version back"),
  ).action((key: string, options: FlagOptions & { yes?: boolean }) =>
    run(() => command().retireFlag(key, options))(),
  );
  common(
    flag.command("create").description("make a flag: on, at 0 %").argument("<flag>", one),
  ).action((key: string, options: FlagOptions) => run(() => command().createFlag(key, options))());
}
