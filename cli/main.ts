import { CommanderError } from "commander";
import type { Context } from "../operations/context";
import { UsageError } from "../operations/errors";
import { failDocument, finishDocument } from "./documents/output";
import { createProgram } from "./program";

/**
 * The command line.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const context = stopOnRequest(() => void report(undefined, true, argv));
  const failed = (error: unknown) => report(error, context.signal.aborted, argv);
  reportUncaught(failed);
  let code = 0;
  const run = (action: (context: Context) => Promise<number>) => async () => {
    code = await action(context);
  };
  try {
    await createProgram(run).parseAsync([...argv]);
    finishDocument();
    return code;
  } catch (error) {
    return failed(error);
  }
}

/**
 * The first Ctrl-C requests an orderly stop, the second stops at once. A closed output also requests a stop, as after `| head`
 * or when the terminal's owner was killed.
 * @param onSecond Called before the process ends because of a second Ctrl-C.
 */
export function stopOnRequest(onSecond: () => void = () => undefined): Context {
  const controller = new AbortController();
  const engine = new AbortController();
  const stop = (signal?: NodeJS.Signals) => {
    // On a terminal Ctrl-C has reached the engine too, and a second signal would stop it at once.
    const reached = signal === "SIGINT" && process.stdin.isTTY;
    if (!reached) engine.abort();
    controller.abort();
  };
  const interrupt = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      onSecond();
      process.exit(130);
    }
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
function reportUncaught(failed: (error: unknown) => number): void {
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error) => {
      if (process.listenerCount(event) === 1) process.exit(failed(error));
    });
}

/** Prints a failure for a person and, with `--json`, as a document. @returns the exit code. */
function report(error: unknown, interrupted: boolean, argv: readonly string[]): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const parsed = error instanceof CommanderError;
  const usage = parsed || error instanceof UsageError;
  const text = parsed ? error.message : interrupted && !usage ? stoppedText : textOf(error);
  // Commander has printed its own message.
  if (!parsed) console.error(text);
  if (takesJson(argv)) {
    const { failureOf } = require("./documents/failure") as typeof import("./documents/failure");
    failDocument(argv[2] ?? "", failureOf(error, text, interrupted && !usage));
  }
  return usage ? 2 : interrupted ? 130 : 1;
}

const stoppedText = "Stopped. Run the same command again to finish.";

function textOf(error: unknown): string {
  const { failureText } = require("./failure") as typeof import("./failure");
  return failureText(error);
}

/** Whether the command line has `--json` among its options. */
function takesJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(2, end === -1 ? undefined : end).includes("--json");
}
