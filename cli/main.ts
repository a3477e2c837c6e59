import { CommanderError } from "commander";
import type { Context } from "../operations/context";
import { createProgram } from "./program";

/**
 * The command line.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const context = stopOnRequest();
  reportUncaught(context);
  let code = 0;
  const run = (action: (context: Context) => Promise<number>) => async () => {
    code = await action(context);
  };
  try {
    await createProgram(run).parseAsync([...argv]);
    return code;
  } catch (error) {
    return report(error, context);
  }
}

/**
 * The first Ctrl-C requests an orderly stop, the second stops at once. A closed output also requests a stop, as after `| head`
 * or when the terminal's owner was killed.
 */
export function stopOnRequest(): Context {
  const controller = new AbortController();
  const engine = new AbortController();
  const stop = (signal?: NodeJS.Signals) => {
    // On a terminal Ctrl-C has reached the engine too, and a second signal would stop it at once.
    const reached = signal === "SIGINT" && process.stdin.isTTY;
    if (!reached) engine.abort();
    controller.abort();
  };
  const interrupt = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    console.error(
      "\nInterrupted: the current step is finished first. Press Ctrl-C again to stop at once.",
    );
    stop(signal);
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // Without a listener the error is uncaught. Pulumi's SDK prints uncaught errors to the same closed stream, in an endless
  // loop.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop());
  return { signal: controller.signal, engineSignal: engine.signal };
}

/** While a program runs in this process, the engine's SDK has listeners of its own and reports the program's errors. */
function reportUncaught(context: Context): void {
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error) => {
      if (process.listenerCount(event) === 1) process.exit(report(error, context));
    });
}

function report(error: unknown, { signal }: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (signal.aborted) {
    console.error("Stopped. Run the same command again to finish.");
    return 130;
  }
  const { failureText } = require("./failure") as typeof import("./failure");
  console.error(failureText(error));
  return 1;
}
