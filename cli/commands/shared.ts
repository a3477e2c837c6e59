import { Option } from "commander";
import type { RunOptions } from "../../infra/config/types";
import type { Context } from "../../operations/context";

/** Wraps an action so that it runs when its command is called. */
export type Run = (action: (context: Context) => Promise<number>) => () => Promise<void>;

/** Argument of nearly every command, with its description. */
export const environmentArgument = [
  "[environment]",
  "environment, as in environments/Pulumi.<environment>.yaml",
] as const;
/** Note in `--help` for a command that does not reach AWS, see `../localOnly`. */
export const localOnly = "(environments on this machine only)";
/** Option for output as JSON. */
export const json = () => new Option("--json", "for a program");
/** Option that overrides a freeze. */
export const breakGlass = () =>
  new Option("--break-glass <reason>", "go past a freeze; the reason is recorded");
/** Option for runs that may approve a release. */
export const release = () =>
  new Option("--release <tag>", "approve this release, where the environment's track asks for it");

/** Options of a run besides the environment's file, from commander. */
export function runOptions({ release, breakGlass }: Partial<RunOptions>): RunOptions {
  return {
    ...(release !== undefined && { release }),
    ...(breakGlass !== undefined && { breakGlass }),
  };
}
