import { Argument, type Command } from "commander";
import { type Shell, shells } from "../completion/scripts";
import type { Run } from "./shared";

/** Commands for the user's shell. */
export function defineShell(program: Command, run: Run): void {
  const completion = () => require("../completion") as typeof import("../completion");
  program
    .command("completion")
    .description('print a completion script: eval "$(npx meridian completion bash)"')
    .addArgument(new Argument("<shell>", "shell that reads it").choices(shells))
    .action((shell: Shell) => run(() => completion().completion(shell))());
  program
    .command("__complete", { hidden: true })
    .description("print the words that may follow, for a completion script")
    .argument("[words...]", "after --: the words so far; the last one is incomplete")
    .action((words: string[]) => run(() => completion().complete(program, words))());
}
