import { isExpected } from "../operations/errors";
import { eachStepOnce, ensureTools, type ToolName } from "../toolchain";

/** Runs an npm script's main function and sets the exit code. An expected error is printed without a stack. */
export async function runScript(main: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(isExpected(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** Ensures these tools are in the cache. Prints progress only if there is work to do. */
export async function haveTools(names: readonly ToolName[]): Promise<void> {
  await ensureTools(names, eachStepOnce(console.log));
}
