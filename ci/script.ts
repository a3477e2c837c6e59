import { isExpected } from "../operations/errors";
import { eachStepOnce, ensureTools, type ToolName } from "../toolchain";

/** Runs a script of `npm run` to its exit code; an error made for a person is shown without a stack. */
export async function runScript(main: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(isExpected(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** Has these tools in the cache. Says something only where that takes work. */
export async function haveTools(names: readonly ToolName[]): Promise<void> {
  await ensureTools(names, eachStepOnce(console.log));
}
