import { ensureTools, stepOf, type ToolName, type ToolProgress } from "../toolchain";
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

function showTool(stage: Stage, progress: ToolProgress): void {
  const percent =
    progress.fraction === undefined ? "" : ` ${Math.round(progress.fraction * 100)} %`;
  const left = progress.secondsLeft === undefined ? undefined : progress.secondsLeft * 1000;
  stage.update(`${progress.tool}: ${progress.message}${percent}`, left, stepOf(progress));
}
