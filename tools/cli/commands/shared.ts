import { Option } from "commander";
import type { Context } from "../main";

/** Has an action run when its command is called. */
export type Run = (action: (context: Context) => Promise<number>) => () => Promise<void>;

/** Argument of nearly every command, and what it says. */
export const environmentArgument = [
  "[environment]",
  "environment, as in environments/Pulumi.<environment>.yaml",
] as const;
/** For answers as JSON. */
export const json = () => new Option("--json", "for a program");
