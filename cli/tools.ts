import { ensureTools, stepOf, toolPath, type ToolName, type ToolProgress } from "../toolchain";
import type { Context } from "../operations/context";
import { Stage } from "./progress";

/** Ensures these tools are in the cache, and shows the progress. */
export async function getTools(names: readonly ToolName[], context: Context): Promise<void> {
  const stage = new Stage("Tools");
  try {
    await ensureTools(names, (progress) => showTool(stage, progress), { signal: context.signal });
    stage.done("all there");
  } catch (error) {
    stage.fail("not all could be installed");
    throw error;
  }
}

/**
 * `getTools` for a command whose output begins with its result: if the tools are in the cache, nothing is printed.
 * @param quiet Print nothing in any case.
 */
export async function needTools(
  names: readonly ToolName[],
  quiet: boolean,
  context: Context,
): Promise<void> {
  try {
    names.forEach((name) => toolPath(name));
  } catch {
    if (quiet) await ensureTools(names, () => undefined, { signal: context.signal });
    else await getTools(names, context);
  }
}

function showTool(stage: Stage, progress: ToolProgress): void {
  const percent =
    progress.fraction === undefined ? "" : ` ${Math.round(progress.fraction * 100)} %`;
  const left = progress.secondsLeft === undefined ? undefined : progress.secondsLeft * 1000;
  stage.update(`${progress.tool}: ${progress.message}${percent}`, left, stepOf(progress));
}
