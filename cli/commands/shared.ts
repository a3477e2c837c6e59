import { Option } from "commander";
import type { RunOptions } from "../../infra/config/types";
import type { Context } from "../../operations/context";

/** Has an action run when its command is called. */
export type Run = (action: (context: Context) => Promise<number>) => () => Promise<void>;

/** Argument of nearly every command, and what it says. */
export const environmentArgument = [
  "[environment]",
  "environment, as in environments/Pulumi.<environment>.yaml",
] as const;
/** What `--help` says of a command that reaches nothing on AWS, see `../localOnly`. */
export const localOnly = "(environments on this machine only)";
/** For answers as JSON. */
export const json = () => new Option("--json", "for a program");
/** For what goes past a freeze. */
export const breakGlass = () =>
  new Option("--break-glass <reason>", "go past a freeze; the reason is recorded");
/** For runs that may approve a release. */
export const release = () =>
  new Option("--release <tag>", "approve this release, where the environment's track asks for it");

/** What a run is told beside the environment's file, as commander hands it over. */
export function runOptions({ release, breakGlass }: Partial<RunOptions>): RunOptions {
  return {
    ...(release !== undefined && { release }),
    ...(breakGlass !== undefined && { breakGlass }),
  };
}
