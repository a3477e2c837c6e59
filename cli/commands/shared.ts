import { Option } from "commander";
import type { RunOptions } from "../../infra/config/types";
import type { Context } from "../../operations/context";
import type { ChangeOptions, HeldLock } from "../changing";

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
export const json = () => new Option("--json", "print JSON");
/** Option of a command that prints one document, see `../documents/schemas`. */
export const jsonDocument = () =>
  new Option("--json", "print one JSON document; no question is asked");

/** The option's value, from commander. */
export interface JsonOption {
  readonly json?: boolean;
}

/** Begins the command's document if `--json` was given. @param command As typed, without its arguments. */
export function documented(command: string, environment: string, { json }: JsonOption): void {
  if (json !== true) return;
  const output = require("../documents/output") as typeof import("../documents/output");
  output.startDocument(command, environment);
}

/** Option that overrides a freeze. */
export const breakGlass = () =>
  new Option("--break-glass <reason>", "override a freeze; the reason is recorded");
/** Option for runs that may approve a release. */
export const release = () =>
  new Option("--release <tag>", "approve this release, if the environment's track requires it");

/** Option of each command that changes an environment. */
export const noWait = () =>
  new Option("--no-wait", "fail at once if another command is changing the environment");

/** Runs an action of a command while no other command changes the environment. Loads `../changing` on demand. */
export function changing(
  environment: string,
  options: ChangeOptions,
  context: Context,
  action: (held: HeldLock) => Promise<number>,
): Promise<number> {
  const lock = require("../changing") as typeof import("../changing");
  return lock.changing(environment, options, context, action);
}

/** Options of a run besides the environment's file, from commander. */
export function runOptions({ release, breakGlass }: Partial<RunOptions>): RunOptions {
  return {
    ...(release !== undefined && { release }),
    ...(breakGlass !== undefined && { breakGlass }),
  };
}
